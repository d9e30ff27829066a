/// Words as a shell takes them.
enum ShellQuoting {
    private static let safe = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_")

    /// - Parameter inNotebook: whether IPython reads the line first, which puts Python's values in place of `{x}` and `$x`.
    /// - Parameter avoiding: a quote that must not appear.
    /// - Returns: nil when it cannot be written.
    static func word(_ pieces: [Variables.Piece], inNotebook: Bool, avoiding: Character? = nil) -> String? {
        guard !pieces.isEmpty else { return avoiding == "'" ? "\"\"" : "''" }
        if let whole = quotedAlike(pieces, inNotebook: inNotebook) { return whole }
        var out = ""
        for piece in pieces {
            switch piece {
            case .variable(let source): out += source
            case .text(let text):
                guard let quoted = quoted(text, inNotebook: inNotebook, avoiding: avoiding) else { return nil }
                out += quoted
            }
        }
        return out
    }

    /// In one pair of quotes, where every variable had the same.
    private static func quotedAlike(_ pieces: [Variables.Piece], inNotebook: Bool) -> String? {
        guard pieces.count > 1 else { return nil }
        var inner = ""
        var quotes: Set<Character> = []
        for piece in pieces {
            switch piece {
            case .variable(let source):
                guard let first = source.first, first == "\"" || first == "'", source.count > 1, source.last == first else { return nil }
                quotes.insert(first)
                inner += source.dropFirst().dropLast()
            case .text(let text):
                guard !text.contains(where: { "\"'\\`$!{}".contains($0) || $0.isNewline }) else { return nil }
                inner += text
            }
        }
        guard quotes.count == 1, let quote = quotes.first else { return nil }
        return String(quote) + inner + String(quote)
    }

    private static func quoted(_ text: String, inNotebook: Bool, avoiding: Character?) -> String? {
        if inNotebook, text.contains(where: { "{}$".contains($0) }) { return nil }
        guard !text.contains(where: \.isNewline) else { return nil }
        if !text.isEmpty, text.allSatisfy(safe.contains) { return text }
        if avoiding != "'", !text.contains("'") { return "'" + text + "'" }
        guard avoiding != "\"", !text.contains(where: { "\"\\`$!".contains($0) }) else { return nil }
        return "\"" + text + "\""
    }
}
