/// The Hub's patterns: Python's `fnmatchcase` over the whole path, so that `*` crosses `/`; `dir/` means
/// `dir/*`, and a backslash is a slash.
struct Fnmatch: Sendable {
    private enum Piece {
        case anything
        case one
        case literal(Unicode.Scalar)
        case set([ClosedRange<UInt32>], inverted: Bool)
    }

    private let pieces: [Piece]

    init(_ pattern: String) {
        var text = pattern.replacing("\\", with: "/")
        if text.hasSuffix("/") { text += "*" }
        pieces = Self.parse(Array(text.unicodeScalars))
    }

    /// Whether a path is wanted: some include pattern matches it (or there is none), and no exclude pattern does.
    static func selects(_ path: String, include: [Fnmatch], exclude: [Fnmatch]) -> Bool {
        (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }

    func matches(_ path: String) -> Bool {
        let text = Array(path.unicodeScalars)
        var (piece, position) = (0, 0)
        var star: (piece: Int, position: Int)?
        while position < text.count {
            if piece < pieces.count, case .anything = pieces[piece] {
                star = (piece, position)
                piece += 1
            } else if piece < pieces.count, Self.matches(pieces[piece], text[position]) {
                piece += 1
                position += 1
            } else if let last = star {
                // Let the last star swallow one more and try again from there.
                star = (last.piece, last.position + 1)
                (piece, position) = (last.piece + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { if case .anything = $0 { true } else { false } }
    }

    private static func matches(_ piece: Piece, _ scalar: Unicode.Scalar) -> Bool {
        switch piece {
        case .anything: false
        case .one: true
        case .literal(let wanted): wanted == scalar
        case .set(let ranges, let inverted): ranges.contains { $0.contains(scalar.value) } != inverted
        }
    }

    private static func parse(_ text: [Unicode.Scalar]) -> [Piece] {
        var pieces: [Piece] = []
        var position = 0
        while position < text.count {
            let scalar = text[position]
            position += 1
            switch scalar {
            case "*": pieces.append(.anything)
            case "?": pieces.append(.one)
            case "[":
                if let (set, next) = parseSet(text, from: position) {
                    pieces.append(set)
                    position = next
                } else {
                    pieces.append(.literal(scalar))
                }
            default: pieces.append(.literal(scalar))
            }
        }
        return pieces
    }

    /// A bracket's content: `]` first is a member, `!` first inverts; nil when it is never closed.
    private static func parseSet(_ text: [Unicode.Scalar], from start: Int) -> (Piece, next: Int)? {
        var position = start
        let inverted = position < text.count && text[position] == "!"
        if inverted { position += 1 }
        let first = position
        guard let end = text[first...].dropFirst().firstIndex(of: "]") else { return nil }
        var ranges: [ClosedRange<UInt32>] = []
        while position < end {
            let low = text[position].value
            if position + 2 < end, text[position + 1] == "-" {
                let high = text[position + 2].value
                // As Python does it, a range that runs backwards holds nothing.
                if low <= high { ranges.append(low...high) }
                position += 3
            } else {
                ranges.append(low...low)
                position += 1
            }
        }
        return (.set(ranges, inverted: inverted), end + 1)
    }
}
