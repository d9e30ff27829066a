/// A string literal of Python's.
struct PythonString: Sendable {
    let prefix: String
    /// `"`, `'`, or three of them.
    let quote: String
    /// Between the quotes, as written.
    let inner: String

    /// - Parameter bytes: the whole literal.
    /// - Returns: nil for bytes and templates.
    init?(_ bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        prefix = String(text.prefix { $0.isLetter }).lowercased()
        guard !prefix.contains("b"), !prefix.contains("t") else { return nil }
        let rest = text.dropFirst(prefix.count)
        guard let mark = rest.first, mark == "\"" || mark == "'" else { return nil }
        let isTriple = rest.count >= 6 && rest.hasPrefix(String(repeating: mark, count: 3))
        quote = String(repeating: mark, count: isTriple ? 3 : 1)
        inner = String(rest.dropFirst(quote.count).dropLast(quote.count))
    }

    var isFormatted: Bool { prefix.contains("f") }
    var isRaw: Bool { prefix.contains("r") }
    var hasEscapes: Bool { !isRaw && inner.contains("\\") }

    /// What it stands for; nil when an escape is not known here, or braces do not match.
    var pieces: [PythonValue.Piece]? {
        guard isFormatted else { return Self.unescaped(inner, isRaw: isRaw).map { [.text($0)] } }
        var pieces: [PythonValue.Piece] = []
        var plain = ""
        var rest = inner[...]
        func flush() -> Bool {
            guard let text = Self.unescaped(plain, isRaw: isRaw) else { return false }
            if !text.isEmpty { pieces.append(.text(text)) }
            plain = ""
            return true
        }
        while let next = rest.popFirst() {
            if next == "{" || next == "}", rest.first == next {
                plain.append(next)
                rest.removeFirst()
            } else if next == "{" {
                guard flush(), let close = Self.closing(rest) else { return nil }
                pieces.append(.expression(String(rest[..<close]), isFormatted: true))
                rest = rest[rest.index(after: close)...]
            } else if next == "}" {
                return nil
            } else {
                plain.append(next)
            }
        }
        return flush() ? pieces : nil
    }

    private static func closing(_ text: Substring) -> Substring.Index? {
        var depth = 0
        for index in text.indices {
            if "{[(".contains(text[index]) { depth += 1 }
            if text[index] == "}", depth == 0 { return index }
            if "}])".contains(text[index]) { depth -= 1 }
        }
        return nil
    }

    private static func unescaped(_ text: String, isRaw: Bool) -> String? {
        if isRaw || !text.contains("\\") { return text }
        var out = ""
        var rest = text[...]
        while let next = rest.popFirst() {
            guard next == "\\" else {
                out.append(next)
                continue
            }
            switch rest.popFirst() {
            case "\n": continue
            case "n": out.append("\n")
            case "t": out.append("\t")
            case "r": out.append("\r")
            case let mark? where "\\\"'".contains(mark): out.append(mark)
            default: return nil
            }
        }
        return out
    }

    /// A literal for text and expressions, in the quotes that are wanted where that is possible.
    /// - Returns: nil when the expressions' own quotes are in the way.
    static func literal(_ pieces: [Variables.Piece], quote preferred: Character) -> String? {
        if pieces.count == 1, case .variable(let source) = pieces[0], !source.hasPrefix("\u{1}") { return source }
        let sources = pieces.compactMap { piece -> String? in if case .variable(let source) = piece { source } else { nil } }
        let other: Character = preferred == "\"" ? "'" : "\""
        guard let quote = [preferred, other].first(where: { quote in !sources.contains { $0.contains(quote) || $0.contains("\\") } }) else {
            return nil
        }
        var inner = ""
        for piece in pieces {
            switch piece {
            case .variable(let source): inner += "{" + (source.hasPrefix("\u{1}") ? source.dropFirst() : source[...]) + "}"
            case .text(let text):
                for character in text {
                    switch character {
                    case "\\": inner += "\\\\"
                    case "\n": inner += "\\n"
                    case "\r": inner += "\\r"
                    case quote: inner += "\\" + String(quote)
                    case "{" where !sources.isEmpty, "}" where !sources.isEmpty: inner += String([character, character])
                    default: inner.append(character)
                    }
                }
            }
        }
        return (sources.isEmpty ? "" : "f") + String(quote) + inner + String(quote)
    }
}
