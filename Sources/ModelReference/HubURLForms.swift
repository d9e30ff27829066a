import FetchTypes

/// Links of the Hub: a repo's page, and `blob`, `resolve`, `raw`, `tree` and `commit` below it; API links likewise.
enum HubURLForms {
    /// - Returns: nil when the path is none of a repo's.
    static func parse(_ place: ServicePlace, _ typed: TypedText) throws(Failure) -> HubReference? {
        var parts = place.parts[...]
        let isAPI = parts.first == "api"
        if isAPI { parts.removeFirst() }
        var type = HubReference.RepoType.model
        if let named = parts.first.flatMap({ HubReference.RepoType(rawValue: String($0)) }) {
            // Only the API has a prefix for models; /models is the list of all of them.
            if named == .model, !isAPI { return nil }
            type = named
            parts.removeFirst()
        } else if isAPI {
            return nil
        }
        guard let first = parts.first, !pages.contains(String(first)) else { return nil }
        let isOneWord = parts.count == 1 || isVerb(parts[parts.startIndex + 1], isAPI: isAPI)
        let named = isOneWord ? String(first) : first + "/" + parts[parts.startIndex + 1]
        parts.removeFirst(isOneWord ? 1 : 2)
        // As Ollama writes it: hf.co/org/name:TAG.
        if parts.isEmpty, !isAPI, named.contains(":") {
            let (name, tag) = try QuantisationTag.split(named[...], typed)
            var reference = HubReference(type: type, repo: try RepoID.check(name, typed))
            if let tag { try QuantisationTag.add(tag, to: &reference, typed) }
            return reference
        }
        let id = named
        if place.isStandIn, parts.isEmpty, namesFile(id) { return nil }
        guard let verb = parts.popFirst() else { return HubReference(type: type, repo: try RepoID.check(id, typed)) }
        guard isVerb(verb, isAPI: isAPI) else { return nil }
        return try file(verb, parts: parts, repo: HubReference(type: type, repo: try RepoID.check(id, typed)), typed: typed)
    }

    private static func file(
        _ verb: Substring, parts: ArraySlice<Substring>, repo: HubReference, typed: TypedText
    ) throws(Failure) -> HubReference {
        guard !parts.isEmpty else {
            throw typed.refused("nothing follows /\(verb).", hint: "for the whole repo write \(form(of: repo)).")
        }
        var reference = repo
        // A link spells a revision's slashes as %2F; the two kinds of references that it writes out are the same as ours.
        let (revision, rest) = try RepoPath.revision(parts, typed)
        reference.revision = revision
        guard let (path, _) = try RepoPath.read(rest, typed) else {
            let isFileVerb = ["blob", "resolve", "raw", "blame"].contains(verb)
            guard !isFileVerb else {
                throw typed.refused(
                    "a /\(verb) link needs a file behind the revision.", hint: "for the whole repo write \(form(of: reference)).")
            }
            return reference
        }
        reference.part = verb == "tree" ? .folder(path) : .path(path)
        return reference
    }

    private static func form(of reference: HubReference) -> String {
        let type = reference.type == .model ? "" : reference.type.rawValue + "/"
        return "hf:\(type)\(reference.repo)" + (reference.revision.map { "@" + $0.percentEncoded() } ?? "")
    }

    private static func isVerb(_ part: Substring, isAPI: Bool) -> Bool {
        (isAPI ? ["revision", "tree"] : ["blob", "resolve", "raw", "tree", "blame", "commit"]).contains(part)
    }

    /// Whether it is a file's name rather than a repo's. An origin that replaces the Hub may serve other files too,
    /// and no repo is called `model.safetensors`.
    static func namesFile(_ id: String) -> Bool {
        [".safetensors", ".gguf", ".ckpt", ".bin", ".pt", ".pth", ".onnx", ".zip", ".tar", ".gz", ".json", ".txt", ".html", ".png"]
            .contains { id.lowercased().hasSuffix($0) }
    }

    /// First parts of pages that are no user's name.
    private static let pages: Set<String> = [
        "docs", "blog", "papers", "collections", "tasks", "pricing", "join", "login", "logout", "settings", "organizations", "new",
        "posts", "learn", "chat", "search", "support", "terms-of-service", "privacy", "enterprise", "inference", "kernels", "buckets",
        "datasets", "spaces", "models", "api", "notifications", "subscribe", "storage",
    ]
}
