/// How a message repeats what was typed: shortened, and without what may be secret.
extension StringProtocol {
    /// The text in quotation marks, cut before any query or value, without user information and access tokens.
    var quoted: String {
        let longest = 100
        var shown = String(self).withoutUserInformation
        // A value that follows `?`, `&` or `=` may be a token or a signature; names in front of it are not.
        let cut = shown.firstIndex { "?&=".contains($0) }
        if let cut { shown = String(shown[..<cut]) }
        shown = shown.withoutAccessTokens
        let isShortened = cut != nil || shown.count > longest
        return "\"\(shown.prefix(longest))\(isShortened ? "…" : "")\""
    }

    /// Whether the whole text has the shape of an access token: pasted in the place of a reference by mistake.
    var looksLikeAccessToken: Bool {
        let isPrefixed = ["hf_", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_"].contains { hasPrefix($0) }
        if isPrefixed { return utf8.count >= 24 && isMade(of: "_") }
        // CivitAI's keys are 32 hexadecimal digits.
        return utf8.count == 32 && utf8.allSatisfy(\.isHexDigit) && !isNumber
    }
}

extension String {
    /// `scheme://user:password@host` without what precedes the `@`.
    fileprivate var withoutUserInformation: String {
        guard let mark = firstRange(of: "//") else { return self }
        let authority = self[mark.upperBound...].prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return self }
        return "\(self[..<mark.upperBound])\(self[index(after: at)...])"
    }

    fileprivate var withoutAccessTokens: String {
        var shown = ""
        var word = ""
        for character in self {
            if character.isASCII, character.isLetter || character.isNumber || character == "_" {
                word.append(character)
            } else {
                shown += word.looksLikeAccessToken ? "…" : word
                shown.append(character)
                word = ""
            }
        }
        return shown + (word.looksLikeAccessToken ? "…" : word)
    }
}
