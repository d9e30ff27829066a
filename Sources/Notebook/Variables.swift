/// Stand-ins for what only the notebook knows when it runs: `{url}`, `$HOME`, a Python expression. A tool's line is read with
/// them as if they were words, and the result has them in the right places.
struct Variables: Sendable {
    private var sources: [String] = []

    /// Letters and digits only, so that they pass through a URL, a path and a header as they are.
    private static let head = "fetchctlvariable"
    private static let scheme = "https://"
    private static let host = ".invalid"

    /// A stand-in for `source`, as it is written in the notebook.
    mutating func add(_ source: String) -> String {
        sources.append(source)
        return "\(Self.head)\(sources.count - 1)x"
    }

    /// The same where a link is wanted: a whole one, or the beginning of one.
    static func asLink(_ word: String) -> String {
        guard word.hasPrefix(head), let end = word.dropFirst(head.count).firstIndex(of: "x") else { return word }
        return scheme + word[...end] + host + word[word.index(after: end)...]
    }

    enum Piece: Equatable {
        case text(String)
        case variable(String)
    }

    /// The text with the variables' sources in it again.
    func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        var plain = ""
        func flush() {
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
        }
        while let found = rest.firstRange(of: Self.head) {
            plain += rest[..<found.lowerBound]
            let digits = rest[found.upperBound...].prefix { $0.isNumber }
            guard let index = Int(digits), sources.indices.contains(index), rest[digits.endIndex...].first == "x" else {
                plain += rest[found]
                rest = rest[found.upperBound...]
                continue
            }
            rest = rest[digits.endIndex...].dropFirst()
            if plain.hasSuffix(Self.scheme), rest.hasPrefix(Self.host) {
                plain.removeLast(Self.scheme.count)
                rest = rest.dropFirst(Self.host.count)
                // What reads URLs may end it with a slash.
                if rest == "/" { rest = "" }
            }
            flush()
            pieces.append(.variable(sources[index]))
        }
        plain += rest
        flush()
        return pieces
    }

    func isVariable(_ text: String) -> Bool {
        let pieces = pieces(text)
        if pieces.count == 1, case .variable = pieces[0] { return true }
        return false
    }

    func holdsVariable(_ text: String) -> Bool { text.contains(Self.head) }

    /// Text that may hold stand-ins, for people.
    func shown(_ text: String) -> String {
        let whole = pieces(text).map { piece in
            switch piece {
            case .text(let text): text
            case .variable(let source): source.filter { $0 != "\u{1}" }
            }
        }.joined()
        return whole.count > 60 ? whole.prefix(57) + "…" : whole
    }
}
