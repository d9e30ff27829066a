extension FileSelection {
    /// Whether a path in a repo is wanted, by the Hub's own rules: includes first, then excludes, on the whole path.
    package var wantedPaths: (String) -> Bool {
        let include = include.map(Fnmatch.init)
        let exclude = exclude.map(Fnmatch.init)
        return { Fnmatch.selects($0, include: include, exclude: exclude) }
    }
}
