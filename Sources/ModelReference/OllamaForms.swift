import FetchTypes

/// Ollama's library: `ollama:model[:tag]`, `ollama:user/model[:tag]`, and links to a model's page.
enum OllamaForms {
    static func parse(_ tail: Substring, _ typed: TypedText) throws(Failure) -> OllamaReference {
        let parts = tail.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let names = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        let tag = parts.count == 2 ? parts[1] : "latest"
        guard (1...2).contains(names.count), names.allSatisfy({ $0.isMade(of: "-._") && !$0.contains("..") && $0.first != "." }) else {
            throw typed.refused(
                "\"ollama:\" was understood, but \((parts.first ?? "").quoted) is not a model's name.",
                hint: "write ollama:MODEL:TAG, for example ollama:llama3.2:1b.")
        }
        guard tag.isMade(of: "-._"), tag.utf8.count <= 128 else {
            throw typed.refused(
                "\"ollama:\" was understood, but \(tag.quoted) is no tag.", hint: "write ollama:MODEL:TAG, for example ollama:llama3.2:1b.")
        }
        return OllamaReference(model: names.count == 1 ? "library/\(names[0])" : names.joined(separator: "/"), tag: String(tag))
    }

    /// - Returns: nil when the link is no model's page.
    static func parse(_ place: ServicePlace, _ typed: TypedText) throws(Failure) -> OllamaReference? {
        guard place.parts.count == 2, !["blog", "docs", "download", "public", "search", "settings"].contains(place.parts[0]) else {
            return nil
        }
        return try parse(place.parts.joined(separator: "/")[...], typed)
    }
}
