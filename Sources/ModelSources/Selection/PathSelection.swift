internal import FetchTypes

/// `--include` and `--exclude` for the files of a repo or folder, by the Hub's rules.
struct PathSelection {
    private let include: [Fnmatch]
    private let exclude: [Fnmatch]
    private let allowsNothing: Bool

    init(_ selection: FileSelection) {
        allowsNothing = selection.allowsNothing
        include = selection.include.map(Fnmatch.init)
        exclude = selection.exclude.map(Fnmatch.init)
    }

    /// - Parameter subject: what they are files of.
    /// - Throws: ``Failure`` 66 when nothing is left and that is not allowed.
    func choose<T>(_ files: [T], of subject: String, page: String?, _ path: (T) -> String) throws(Failure) -> [T] {
        let wanted = files.filter { Fnmatch.selects(path($0), include: include, exclude: exclude) }
        guard wanted.isEmpty, !allowsNothing else { return wanted }
        throw Failure(
            .notFound, "none of the \(files.count) files of \(subject) is left by --include and --exclude.",
            why: "it holds: " + files.prefix(5).map(path).joined(separator: ", ") + (files.count > 5 ? ", …" : ""),
            hint: "patterns match the whole path, and * crosses slashes: '*.safetensors', 'unet/'.", page: page)
    }
}
