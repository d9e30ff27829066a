/// What a secret is called where it is, and what it looks like.
enum SecretNames {
    private static let whole: Set<String> = [
        "token", "password", "passwd", "secret", "signature", "authorization", "proxy_authorization", "cookie", "apikey", "api_key",
        "oauth2_bearer", "sig", "x_amz_credential",
    ]
    private static let endings = [
        "_token", "_password", "_passwd", "_secret", "_signature", "_api_key", "_apikey", "_access_key", "_secret_key", "_auth_key",
    ]
    /// Names that say so only in a link's query.
    private static let ofQueries: Set<String> = ["key", "auth", "pass", "pwd"]
    /// What service tokens begin with, and how many characters follow at least.
    private static let heads = [("ghp_", 20), ("gho_", 20), ("ghs_", 20), ("github_pat_", 20), ("glpat-", 16), ("sk-", 20)]

    /// - Parameter name: of an option, a header, a variable, a parameter or a part of a query.
    static func isSecret(_ name: Substring, inQuery: Bool = false) -> Bool {
        let plain = name.lowercased().replacing("-", with: "_")
        return whole.contains(plain) || endings.contains { plain.hasSuffix($0) } || inQuery && ofQueries.contains(plain)
    }

    /// The length of a service's token that `text` begins with; nil when it begins with none.
    ///
    /// Behind `hf_` a token has letters and digits only, so that an identifier (`hf_hub_download`) is none.
    static func tokenLength(_ text: Substring) -> Int? {
        if text.hasPrefix("hf_") {
            let run = text.dropFirst(3).prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
            let isMixed = run.contains { $0.isNumber || $0.isUppercase }
            guard run.count >= (isMixed ? 16 : 30), text[run.endIndex...].first != "_" else { return nil }
            return 3 + run.count
        }
        for (head, count) in heads where text.hasPrefix(head) {
            let run = text.dropFirst(head.count).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            if run.count >= count { return head.count + run.count }
        }
        return nil
    }
}
