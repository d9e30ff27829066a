import FetchTypes

/// A list on a terminal of which one line is chosen with the arrow keys: what is drawn and what a key does. Pure.
struct ChoiceList: Sendable {
    enum Key: Equatable, Sendable {
        case up, down, first, last, choose, leave
    }

    let title: PrintableText
    let lines: [PrintableText]
    private(set) var chosen = 0
    /// Lines of the list shown at once.
    let height: Int

    /// - Parameter rows: the terminal's.
    init(title: PrintableText, lines: [PrintableText], rows: Int) {
        self.title = title
        self.lines = lines
        height = max(1, min(lines.count, rows - 2))
    }

    mutating func move(_ key: Key) {
        switch key {
        case .up: chosen = max(0, chosen - 1)
        case .down: chosen = min(lines.count - 1, chosen + 1)
        case .first: chosen = 0
        case .last: chosen = lines.count - 1
        case .choose, .leave: break
        }
    }

    /// The keys in what a terminal has sent; an escape sequence that is cut off stays in `bytes`.
    static func keys(in bytes: inout [UInt8]) -> [Key] {
        var keys: [Key] = []
        while let first = bytes.first {
            if first == 0x1b {
                guard bytes.count > 1 else { return keys }
                guard bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else {
                    bytes.removeFirst()
                    keys.append(.leave)
                    continue
                }
                guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else { return keys }
                switch bytes[end] {
                case UInt8(ascii: "A"): keys.append(.up)
                case UInt8(ascii: "B"): keys.append(.down)
                case UInt8(ascii: "H"): keys.append(.first)
                case UInt8(ascii: "F"): keys.append(.last)
                default: break
                }
                bytes.removeFirst(end + 1)
                continue
            }
            bytes.removeFirst()
            switch first {
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): keys.append(.choose)
            case UInt8(ascii: "k"), 0x10: keys.append(.up)
            case UInt8(ascii: "j"), 0x0e: keys.append(.down)
            case UInt8(ascii: "g"): keys.append(.first)
            case UInt8(ascii: "G"): keys.append(.last)
            case UInt8(ascii: "q"), 0x03, 0x04: keys.append(.leave)
            default: break
            }
        }
        return keys
    }

    /// - Parameter columns: the terminal's.
    func text(columns: Int, hasColor: Bool) -> PrintableText {
        let start = max(0, min(chosen - height / 2, lines.count - height))
        var text: PrintableText = "\(Self.fitted(title, columns))\r\n"
        for index in start..<start + height {
            let line = Self.fitted((index == chosen ? "> " : "  ") + lines[index], columns)
            text += index == chosen && hasColor ? "\u{1B}[7m\(line)\u{1B}[0m\r\n" : "\(line)\r\n"
        }
        return text
    }

    private static func fitted(_ line: PrintableText, _ columns: Int) -> PrintableText {
        PrintableText(Text.cut(line.text, to: max(1, columns - 1)))
    }
}
