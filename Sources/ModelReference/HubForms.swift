import FetchTypes

/// `hf:` references: `[datasets/|spaces/|models/]org/name[@REV][/path]`, `org/name[@REV]:TAG`, or a one-word name.
enum HubForms {
    /// - Parameter tail: what follows `hf:` or `hf://`.
    static func parse(_ tail: Substring, _ typed: TypedText) throws(Failure) -> HubReference {
        try refuseLinks(tail, typed)
        let (tail, tag) = try QuantisationTag.split(tail, typed)
        var parts = tail.split(separator: "/", omittingEmptySubsequences: false)[...]
        var type = HubReference.RepoType.model
        if let named = parts.first.flatMap({ HubReference.RepoType(rawValue: String($0)) }) {
            type = named
            parts.removeFirst()
        }
        guard let first = parts.first, !first.isEmpty else {
            let form = type == .model ? "hf:org/name" : "hf:\(type.rawValue)/org/name"
            throw typed.refused("it names no repo.", hint: "write \(form), for example \(example(type)).")
        }
        // An "@" behind the repo's own name belongs to a file (`logo@2x.png`), not to a revision.
        let isOneWord = first.contains("@") || parts.count == 1 || (parts.count == 2 && parts.last?.isEmpty == true)
        let nameIndex = isOneWord ? parts.startIndex : parts.startIndex + 1
        let name = parts[nameIndex].prefix { $0 != "@" }
        let repo = try RepoID.check(isOneWord ? name : first + "/" + name, typed)
        var rest = parts[(nameIndex + 1)...]
        var revision: String?
        if name.endIndex < parts[nameIndex].endIndex {
            let behind = parts[nameIndex][parts[nameIndex].index(after: name.endIndex)...]
            (revision, rest) = try RepoPath.revision([behind] + rest, typed)
        }
        var reference = HubReference(type: type, repo: repo, revision: revision, part: try part(rest, typed))
        if let tag { try QuantisationTag.add(tag, to: &reference, typed) }
        return reference
    }

    static func part(_ parts: some Collection<Substring>, _ typed: TypedText) throws(Failure) -> HubReference.Part {
        guard let (path, isFolder) = try RepoPath.read(parts, typed) else { return .whole }
        return isFolder ? .folder(path) : .path(path)
    }

    private static func example(_ type: HubReference.RepoType) -> String {
        switch type {
        case .model: "hf:openai-community/gpt2"
        case .dataset: "hf:datasets/rajpurkar/squad"
        case .space: "hf:spaces/gradio/hello_world"
        }
    }

    /// A link put behind `hf:`, and the query of a copied link.
    private static func refuseLinks(_ tail: Substring, _ typed: TypedText) throws(Failure) {
        let start = tail.prefix { $0 != "/" }.lowercased()
        if start == "https:" || start == "http:" {
            throw typed.refused("a whole link follows \"hf:\".", hint: "paste the link alone: \(tail.unquoted)")
        }
        if let colon = start.firstIndex(of: ":"), let at = start.lastIndex(of: "@"), colon < at {
            throw typed.refused(
                "it begins like a link with a user and a password.", hint: "write hf:org/name, for example \(example(.model)).")
        }
        if PastedURL.hubHosts.contains(start) {
            throw typed.refused("a link's host follows \"hf:\".", hint: "paste the link alone: https://\(tail.unquoted)")
        }
        if tail.hasPrefix("/") {
            let form = tail.drop { $0 == "/" }
            throw typed.refused("a slash is where the repo's name should begin.", hint: "did you mean hf:\(form.unquoted)?")
        }
        if let question = tail.firstIndex(of: "?") {
            throw typed.refused(
                "a \"?\" begins a link's query, and an hf: reference has none.",
                hint: "did you mean hf:\(tail[..<question].unquoted)? A \"?\" in a file's name is written %3F.")
        }
    }
}
