import FetchTypes

/// The tag behind a repo, `org/name[@REV]:TAG`, which names one of its quantisations.
enum QuantisationTag {
    /// What precedes the tag, and the tag; nil where there is none.
    ///
    /// Only a repo has one: a colon in a path belongs to a file's name.
    static func split(_ tail: Substring, _ typed: TypedText) throws(Failure) -> (rest: Substring, tag: Substring?) {
        guard let colon = tail.lastIndex(of: ":") else { return (tail, nil) }
        let before = tail[..<colon]
        var parts = before.split(separator: "/", omittingEmptySubsequences: false)
        if let first = parts.first, HubReference.RepoType(rawValue: String(first)) != nil { parts.removeFirst() }
        guard isRepo(parts) else { return (tail, nil) }
        let tag = tail[tail.index(after: colon)...]
        guard tag.isMade(of: "-_"), tag.utf8.count <= 64, !tag.looksLikeAccessToken else {
            throw typed.refused(
                "\(tag.quoted) behind the colon is no quantisation's name.",
                hint: "write hf:org/name:TAG, for example hf:org/name:Q4_K_M; fetchctl info org/name shows which there are.")
        }
        return (before, tag)
    }

    /// Whether no path follows the repo's name and its revision.
    private static func isRepo(_ parts: [Substring]) -> Bool {
        guard let last = parts.last else { return false }
        if parts.count <= 2 { return parts.dropLast().allSatisfy { !$0.contains("@") } && !last.isEmpty }
        // org/name@refs/pr/1, org/name@refs/convert/gguf
        return parts.count == 4 && parts[1].hasSuffix("@refs") && ["pr", "convert"].contains(parts[2])
    }

    /// - Throws: ``Failure`` where the reference is not of a model repo as a whole.
    static func add(_ tag: Substring, to reference: inout HubReference, _ typed: TypedText) throws(Failure) {
        guard reference.type == .model, reference.part == .whole else {
            throw typed.refused(
                "a quantisation's name follows what is not a model repo.", hint: "write hf:org/name:TAG, for example hf:org/name:Q4_K_M."
            )
        }
        reference.part = .quantisation(String(tag))
    }
}
