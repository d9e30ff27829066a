import FetchTypes

/// ModelScope: `modelscope:org/name[@rev][/path]`, and links to a model or a file of one.
enum ModelScopeForms {
    private static let form = "write modelscope:org/name, with @REV and /path behind it as needed."

    static func parse(_ tail: Substring, _ typed: TypedText) throws(Failure) -> ModelScopeReference {
        let parts = tail.split(separator: "/", omittingEmptySubsequences: false)[...]
        let name = parts.dropFirst().first.map { $0.prefix { $0 != "@" } } ?? ""
        let repo = try check(parts.first ?? "", name, typed)
        var rest = parts.dropFirst(2)
        var revision: String?
        if name.endIndex < parts[1].endIndex {
            (revision, rest) = try RepoPath.revision([parts[1][parts[1].index(after: name.endIndex)...]] + rest, typed)
        }
        return ModelScopeReference(repo: repo, revision: revision, path: try RepoPath.read(rest, typed)?.path)
    }

    /// - Returns: nil when the link is neither a model's page nor one of its files.
    static func parse(_ place: ServicePlace, _ typed: TypedText) throws(Failure) -> ModelScopeReference? {
        let parts = place.parts
        if parts.starts(with: ["api", "v1", "models"]), parts.count == 6, parts[5] == "repo", let path = place.value("FilePath") {
            let repo = try check(parts[3], parts[4], typed)
            let file = try RepoPath.read(path.percentEncoded(keeping: "/").split(separator: "/", omittingEmptySubsequences: false), typed)
            return ModelScopeReference(repo: repo, revision: place.value("Revision"), path: file?.path)
        }
        guard parts.count >= 3, parts[0] == "models" else { return nil }
        var reference = ModelScopeReference(repo: try check(parts[1], parts[2], typed))
        switch parts.dropFirst(3).first {
        case nil, "summary", "files": return reference
        case "resolve" where parts.count >= 6:
            let (revision, rest) = try RepoPath.revision(parts[4...], typed)
            reference.revision = revision
            reference.path = try RepoPath.read(rest, typed)?.path
            return reference
        case "file" where parts.count >= 7 && parts[4] == "view":
            // The page shows the path as one part, its slashes encoded.
            let (revision, rest) = try RepoPath.revision(parts[5...], typed)
            reference.revision = revision
            let path = rest.joined(separator: "/").percentDecoded ?? ""
            reference.path = try RepoPath.read(
                path.percentEncoded(keeping: "/").split(separator: "/", omittingEmptySubsequences: false)[...], typed)?.path
            return reference
        default: return nil
        }
    }

    private static func check(_ owner: Substring, _ name: Substring, _ typed: TypedText) throws(Failure) -> String {
        guard [owner, name].allSatisfy({ $0.isMade(of: "-._") && $0.utf8.count <= 128 && $0 != "." && !$0.contains("..") }) else {
            throw typed.refused("ModelScope was understood, but \("\(owner)/\(name)".quoted) is no org/name.", hint: form)
        }
        return "\(owner)/\(name)"
    }
}
