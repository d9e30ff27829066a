import FetchTypes

/// Text without a scheme: `org/name` is a Hugging Face repo, `org/name:TAG` one of its quantisations, everything else is refused with the form that was near.
enum BareForms {
    static func parse(
        _ typed: TypedText, pathExists: @Sendable (String) -> Bool, nearPaths: @Sendable (String) -> [String]?, prefersPaths: Bool
    ) throws(Failure) -> HubReference {
        let text = typed.text
        try refuseLookalikes(typed)
        if ["/", "./", "../", "~", "\\"].contains(where: { text.hasPrefix($0) }) || text == "." || text == ".." {
            let hint = "for a file of a Hugging Face repo write hf:org/name/path/file."
            if pathExists(text) { throw typed.refused("it is a path that exists on this machine.", hint: hint) }
            guard let near = nearPaths(text) else { throw typed.refused("it is written as a path on this machine.", hint: hint) }
            throw missing(typed, near, hint: hint)
        }
        if pathExists(text) {
            throw typed.refused(
                "a local file or folder of that name exists, and only what a service holds can be fetched.", hint: hubForm(of: text))
        }
        if !text.contains(":"), !text.contains("@"), let near = nearPaths(text),
            isFile(text, near) || prefersPaths && !near.isEmpty
        {
            throw missing(typed, near, hint: hubForm(of: text))
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: throw oneWord(typed)
        case 2... where (parts[0].contains(".") && text.contains("?")) || parts[0].hasPrefix("www."):
            throw typed.refused("it looks like a link without its scheme.", hint: "did you mean https://\(text.unquoted)?")
        case 2 where HubReference.RepoType(rawValue: String(parts[0])) == nil && !parts[1].isEmpty && !text.contains("@"):
            let (name, tag) = try QuantisationTag.split(parts[1], typed)
            var reference = HubReference(repo: try RepoID.check(parts[0] + "/" + name, typed))
            if let tag { try QuantisationTag.add(tag, to: &reference, typed) }
            return reference
        default: throw longer(typed, first: parts[0])
        }
    }

    /// Whether a text that names an existing folder means a file there: by its own ending, or by that of one that is spelt nearly so.
    private static func isFile(_ text: String, _ near: [String]) -> Bool {
        if HubURLForms.namesFile(text) { return text.contains("/") || !near.isEmpty }
        return near.contains { HubURLForms.namesFile($0) && abs($0.utf8.count - text.utf8.count) <= 2 }
    }

    /// A path of this machine that nothing has.
    private static func missing(_ typed: TypedText, _ near: [String], hint: String) -> Failure {
        typed.refused(
            "there is no such file on this machine" + (near.isEmpty ? "." : "; the nearest are: \(near.joined(separator: ", "))"),
            hint: near.first.map { "did you mean \($0)?" } ?? hint)
    }

    /// Numbers, hashes and keys.
    private static func refuseLookalikes(_ typed: TypedText) throws(Failure) {
        let text = typed.text
        if text.looksLikeAccessToken {
            throw Failure(
                .usage, "a reference has the shape of an access token.", why: "it is not repeated here.",
                hint: "store it with fetchctl login, and give a reference such as civitai:128078 or hf:org/name.")
        }
        if text.serviceID != nil {
            throw typed.refused("a number alone does not say whose it is.", hint: "did you mean civitai:\(text)?")
        }
        let ends = text.split(separator: "@", omittingEmptySubsequences: false)
        if ends.count == 2, ends[0].serviceID != nil, ends[1].prefix(while: { $0 != "+" }).serviceID != nil {
            throw typed.refused("two numbers do not say whose they are.", hint: "did you mean civitai:\(text.unquoted)?")
        }
        if text.utf8.count == 64, text.utf8.allSatisfy(\.isHexDigit) {
            throw typed.refused("it is 64 hexadecimal digits and nothing else.", hint: "did you mean sha256:\(text)?")
        }
    }

    private static func oneWord(_ typed: TypedText) -> Failure {
        let name = typed.text.prefix { $0 != "@" }
        guard RepoID.problem(name) == nil, hasForm(typed.text), !typed.text.isNumber else {
            return typed.refused("it has no scheme such as civitai: or hf:, and it is no org/name either.", hint: TypedText.forms)
        }
        if HubURLForms.namesFile(typed.text) {
            return typed.refused("a file's name alone does not say whose it is.", hint: hubForm(of: typed.text))
        }
        return typed.refused("a single word does not say whose it is.", hint: "did you mean hf:\(typed.text.unquoted)?")
    }

    private static func longer(_ typed: TypedText, first: Substring) -> Failure {
        guard hasForm(typed.text) else {
            return typed.refused("it has no scheme such as civitai: or hf:, and it is no org/name either.", hint: TypedText.forms)
        }
        let link = first.contains(".") ? " or, for a link, https://\(typed.text.unquoted)" : ""
        let form = typed.text.hasSuffix("/") && !typed.text.dropLast().contains("/") ? String(typed.text.dropLast()) : typed.text
        return typed.refused(
            "without a scheme only org/name is understood, a whole Hugging Face repo.", hint: "did you mean hf:\(form.unquoted)\(link)?")
    }

    private static func hubForm(of text: String) -> String {
        text.contains("/") && hasForm(text)
            ? "for the Hugging Face repo write hf:\(text.unquoted)."
            : "for a file of a Hugging Face repo write hf:org/name/\(text.unquoted)."
    }

    /// Whether the text would be understood behind `hf:`.
    private static func hasForm(_ text: String) -> Bool {
        guard let typed = try? TypedText("hf:" + text) else { return false }
        return (try? HubForms.parse(text[...], typed)) != nil
    }
}
