import FetchTypes

/// The Hub's rules for a repo id: `name` or `org/name`, as its own client checks them before it asks.
enum RepoID {
    /// - Returns: the id as given.
    /// - Throws: ``Failure`` that names the rule that is broken.
    static func check(_ id: some StringProtocol, _ typed: TypedText) throws(Failure) -> String {
        if let problem = problem(id) {
            throw typed.refused(
                "it was read as the repo \(id.quoted), but \(problem).",
                hint: "write hf:org/name as the repo's page shows it, and a file behind it: hf:org/name/path/file.")
        }
        return String(id)
    }

    /// What is wrong with the id, as the end of a sentence; nil when nothing is.
    static func problem(_ id: some StringProtocol) -> String? {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return "a repo id has one \"/\" at most" }
        if id.contains("--") { return "\"--\" may not be in a repo id" }
        if id.contains("..") { return "\"..\" may not be in a repo id" }
        for part in parts {
            if part.isEmpty { return "a name is missing beside the \"/\"" }
            if !part.isMade(of: "-._") { return "only letters, digits, \"-\", \"_\" and \".\" may be in a repo id" }
            if part.utf8.count > 96 { return "a name in a repo id has 96 characters at most" }
            if let first = part.first, let last = part.last, "-.".contains(first) || "-.".contains(last) {
                return "a name in a repo id does not begin or end with \"-\" or \".\""
            }
        }
        if id.hasSuffix(".git") { return "a repo id does not end in \".git\"" }
        return nil
    }
}
