import FetchTypes

/// A list on a terminal of which one line is chosen with the arrow keys: what is drawn and what a key does. Pure.
struct ChoiceList: Sendable {
    enum Key: Equatable, Sendable {
        case up, down, first, last, choose, leave
    }

    /// The longest one that fits is shown.
    let titles: [PrintableText]
    let lines: [PrintableText]
    private(set) var chosen = 0
    /// Lines of the list shown at once.
    let height: Int

    /// - Parameter rows: the terminal's.
    init(titles: [PrintableText], lines: [PrintableText], rows: Int) {
        self.titles = titles
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
        TerminalKey.decode(&bytes).compactMap { key in
            switch key {
            case .up, .character("k"): .up
            case .down, .character("j"): .down
            case .first, .character("g"): .first
            case .last, .character("G"): .last
            case .enter: .choose
            case .escape, .end, .character("q"): .leave
            default: nil
            }
        }
    }

    /// - Parameter columns: the terminal's.
    func text(columns: Int, hasColor: Bool) -> PrintableText {
        let start = max(0, min(chosen - height / 2, lines.count - height))
        let title = titles.first { Text.width($0.text) < columns } ?? titles.last
        var text: PrintableText = "\(Self.fitted(title ?? "", columns))\r\n"
        for index in start..<start + height {
            let line = Self.fitted((index == chosen ? "> " : "  ") + lines[index], columns)
            text += index == chosen && hasColor ? "\u{1B}[7m\(line)\u{1B}[0m\r\n" : "\(line)\r\n"
        }
        return text
    }

    private static func fitted(_ line: PrintableText, _ columns: Int) -> PrintableText {
        PrintableText(Text.shortened(line.text, to: max(1, columns - 1)))
    }
}
