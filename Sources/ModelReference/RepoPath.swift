import FetchTypes

/// Revisions and paths inside a repo: read the same way for the Hub and for ModelScope.
enum RepoPath {
    /// A path from its parts, each still percent-encoded; a final empty part is a final slash.
    ///
    /// - Returns: nil when there is none.
    /// - Throws: ``Failure`` when a part is empty, `.` or `..`, or holds what no file name may hold.
    static func read(_ parts: some Collection<Substring>, _ typed: TypedText) throws(Failure) -> (path: String, isFolder: Bool)? {
        var parts = Array(parts)
        let isFolder = parts.last?.isEmpty ?? false
        if isFolder { parts.removeLast() }
        if parts.isEmpty { return nil }
        let path = parts.map { $0.percentDecoded ?? String($0) }.joined(separator: "/")
        func refused(_ problem: String, _ hint: String) -> Failure {
            typed.refused("in the path \(path.quoted) \(problem).", hint: hint)
        }
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            if part.isEmpty { throw refused("a name between two slashes is missing", "write each slash once.") }
            if part == "." || part == ".." { throw refused("\(part.quoted) leads elsewhere", "write the path from the top of the repo.") }
        }
        if path.unicodeScalars.contains(where: \.isControl) {
            throw refused("there is a control character", "copy the path from the repo's page.")
        }
        if path.contains("*") {
            throw refused("there is a pattern", "name the repo alone and give the pattern as --include '\(path.unquoted)'.")
        }
        return (path, isFolder)
    }

    /// A revision and what follows it, from the parts that follow the `@` or a URL's verb.
    ///
    /// `refs/pr/N` and `refs/convert/X` are taken whole; any other slash in a revision has to be `%2F`.
    static func revision(
        _ parts: ArraySlice<Substring>, _ typed: TypedText
    ) throws(Failure) -> (revision: String, rest: ArraySlice<Substring>) {
        guard let first = parts.first, !first.isEmpty else {
            throw typed.refused(
                "no revision follows the \"@\".", hint: "write a branch, tag or commit, such as @main, or leave the \"@\" out.")
        }
        var taken = 1
        if first == "refs", parts.count > 1 {
            let names = Array(parts.prefix(3))
            guard names.count == 3, names[1] == "pr" && names[2].isNumber || names[1] == "convert" && names[2].isMade(of: "-._") else {
                let isNamed = names.count == 3 && ["heads", "tags"].contains(names[1]) && !names[2].isEmpty
                let short = typed.text.replacing("refs/\(names[1])/", with: "", maxReplacements: 1)
                let whole = parts.joined(separator: "%2F")
                throw typed.refused(
                    "of the revisions below \"refs/\" only refs/pr/N and refs/convert/NAME are written with their slashes.",
                    hint: isNamed ? "did you mean \(short.unquoted)?" : "write each slash of the revision as %2F: @\(whole.unquoted)")
            }
            taken = 3
        }
        let typedRevision = parts.prefix(taken).joined(separator: "/")
        let revision = typedRevision.percentDecoded ?? typedRevision
        if let problem = problem(revision) {
            throw typed.refused(
                "it was read as the revision \(revision.quoted), but \(problem).",
                hint: "write a branch, tag or commit, such as @main; a slash in it is %2F.")
        }
        return (revision, parts.dropFirst(taken))
    }

    /// git's rules for the name of a reference, as far as they concern what may be asked for.
    private static func problem(_ revision: String) -> String? {
        if revision.unicodeScalars.contains(where: { $0.isControl || " ~^:?*[\\".unicodeScalars.contains($0) }) {
            return "a revision holds no white space and none of ~ ^ : ? * [ \\"
        }
        if revision.contains("..") || revision.contains("//") || revision.contains("@{") {
            return "\"..\", \"//\" and \"@{\" may not be in one"
        }
        if revision.hasPrefix("/") || revision.hasSuffix("/") || revision.hasPrefix("-") {
            return "a revision does not begin or end like that"
        }
        return nil
    }
}
