import FetchTypes

/// GitHub: `github:owner/repo@tag/asset`, and links to release assets and to files.
enum GitHubForms {
    private static let form = "write github:owner/repo@TAG/ASSET (a slash in the tag is %2F), or paste the asset's link."

    static func parse(_ tail: Substring, _ typed: TypedText) throws(Failure) -> GitHubReference {
        let parts = tail.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, isOwner(parts[0]) else {
            throw typed.refused("\"github:\" was understood, but no owner/repo follows it.", hint: form)
        }
        let named = parts[1].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard isRepository(named[0]) else {
            throw typed.refused("\"github:\" was understood, but \(named[0].quoted) is not a repository's name.", hint: form)
        }
        guard named.count == 2, !named[1].isEmpty else {
            throw typed.refused("\"github:\" was understood, but no @TAG follows the repository.", hint: form)
        }
        guard parts.count == 3, let asset = name(parts[2]) else {
            let why = parts.count > 3 ? "more than one part follows the tag" : "no asset follows the tag"
            throw typed.refused("\"github:\" was understood, but \(why).", hint: form)
        }
        guard let tag = self.tag(named[1]) else {
            throw typed.refused("\"github:\" was understood, but \(named[1].quoted) is no tag.", hint: form)
        }
        return GitHubReference(owner: String(parts[0]), repository: String(named[0]), item: .asset(tag: tag, name: asset))
    }

    /// - Parameter endpoint: what replaces GitHub; nil when nothing does.
    /// - Returns: nil when the link is a page and no file.
    static func parse(_ place: ServicePlace, _ typed: TypedText, _ endpoint: WebURL?) throws(Failure) -> ModelReference? {
        var parts = place.parts
        // Where LFS files have their bytes: the same file, once more.
        let isMedia = place.url.host == "media.githubusercontent.com" && !place.isStandIn
        if isMedia, parts.first == "media" { parts.removeFirst() }
        guard parts.count >= 4, isOwner(parts[0]), isRepository(parts[1]) else { return nil }
        let repository = String(parts[1].hasSuffix(".git") ? parts[1].dropLast(4) : parts[1])
        func reference(_ item: GitHubReference.Item) -> ModelReference {
            .gitHub(GitHubReference(owner: String(parts[0]), repository: repository, item: item))
        }
        if isMedia || place.url.host == "raw.githubusercontent.com" && !place.isStandIn {
            // A link into a private repository carries its own token, which works for this address only.
            if place.url.queryValue("token") != nil { return .direct(place.url) }
            return try RepoPath.read(parts[2...], typed).map { reference(.file(revisionAndPath: $0.path)) }
        }
        switch parts[2] {
        case "blob", "raw", "blame":
            guard parts.count >= 5 else {
                throw typed.refused(
                    "a GitHub link was understood, but no file follows the revision.", hint: "paste the link of one file.")
            }
            return try RepoPath.read(parts[3...], typed).map { reference(.file(revisionAndPath: $0.path)) }
        case "releases":
            return try release(place, typed: typed, endpoint: endpoint, reference: reference)
        case "archive", "zipball", "tarball":
            return moved(place, endpoint)
        default:
            return nil
        }
    }

    static func refusal(_ typed: TypedText) -> Failure {
        typed.refused(
            "the link leads to GitHub, but to a page and no file.",
            hint: "paste the link of a release asset or of one file (/blob/ or /raw/), or write github:owner/repo@TAG/ASSET.")
    }

    private static func release(
        _ place: ServicePlace, typed: TypedText, endpoint: WebURL?, reference: (GitHubReference.Item) -> ModelReference
    ) throws(Failure) -> ModelReference? {
        let parts = place.parts
        if parts[3] == "download", parts.count >= 6 {
            guard let tag = tag(parts[4..<(parts.count - 1)].joined(separator: "/")[...]), let asset = name(parts[parts.count - 1]) else {
                throw typed.refused("a GitHub release link was understood, but its tag or asset is no name.", hint: form)
            }
            return reference(.asset(tag: tag, name: asset))
        }
        // A tag may be called "latest" too, so the newest release stays what GitHub makes of its own link.
        if parts[3] == "latest", parts.count == 6, parts[4] == "download" { return moved(place, endpoint) }
        guard parts[3] == "tag", parts.count >= 5 else { return nil }
        throw typed.refused(
            "a GitHub release was understood, but none of its assets.",
            hint: "write github:\(parts[0])/\(parts[1])@\(parts[4...].joined(separator: "%2F").unquoted)/ASSET, or paste the asset's link.")
    }

    /// The link as it is, or at the endpoint that replaces GitHub.
    private static func moved(_ place: ServicePlace, _ endpoint: WebURL?) -> ModelReference? {
        guard let endpoint, !place.isStandIn else { return .direct(place.url) }
        let base = endpoint.path.hasSuffix("/") ? String(endpoint.path.dropLast()) : endpoint.path
        return WebURL("\(endpoint.origin)\(base)\(place.url.path)\(place.url.query.map { "?" + $0 } ?? "")").map { .direct($0) }
    }

    private static func isOwner(_ text: Substring) -> Bool { text.isMade(of: "-_") && text.utf8.count <= 100 && text.first != "-" }
    private static func isRepository(_ text: Substring) -> Bool {
        text.isMade(of: "-_.") && text.utf8.count <= 100 && text != "." && text != ".."
    }

    private static func tag(_ text: Substring) -> String? {
        guard let tag = text.percentDecoded, !tag.isEmpty, !tag.contains(".."), !tag.hasPrefix("/"), !tag.hasSuffix("/") else { return nil }
        return tag.unicodeScalars.contains { $0.isControl || $0 == " " } ? nil : tag
    }

    private static func name(_ text: Substring) -> String? {
        guard let name = text.percentDecoded, !name.isEmpty, name != ".", name != "..", !name.contains("/") else { return nil }
        return name.unicodeScalars.contains(where: \.isControl) ? nil : name
    }
}
