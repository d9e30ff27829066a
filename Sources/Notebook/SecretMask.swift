/// Hides tokens that stand in a notebook's lines, wherever those lines are shown.
package enum SecretMask {
    private static let parameters: Set<String> = [
        "token", "access_token", "api_key", "apikey", "key", "password", "sig", "signature", "x-amz-signature", "x-goog-signature",
    ]

    /// The text with `…` in the place of tokens: behind `Bearer`, in a link's query, of Hugging Face's own form.
    package static func masked(_ text: String) -> String {
        var out = ""
        var rest = text[...]
        while let next = rest.first {
            if let head = ["Bearer ", "bearer ", "Basic ", "basic "].first(where: { rest.hasPrefix($0) }) {
                out += head
                rest = rest.dropFirst(head.count)
                hide(&rest, &out)
            } else if rest.hasPrefix("hf_"), rest.dropFirst(3).prefix(while: isToken).count >= 16, out.last.map({ !isToken($0) }) ?? true {
                hide(&rest, &out)
            } else if next == "?" || next == "&" {
                out.append(next)
                rest.removeFirst()
                let name = rest.prefix { $0.isLetter || $0 == "_" || $0 == "-" }
                guard parameters.contains(name.lowercased()), rest[name.endIndex...].first == "=" else { continue }
                out += name + "="
                rest = rest[name.endIndex...].dropFirst()
                hide(&rest, &out)
            } else {
                out.append(next)
                rest.removeFirst()
            }
        }
        return out
    }

    private static func isToken(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "-_.~+/=%".contains(character)
    }

    /// A variable's name is no secret.
    private static func hide(_ rest: inout Substring, _ out: inout String) {
        let token = rest.prefix(while: isToken)
        if !token.isEmpty { out += "…" }
        rest = rest[token.endIndex...]
    }
}
