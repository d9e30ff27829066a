import FetchTypes

/// Makes terminal output from lines: only rows that have changed. Pure.
struct WatchDrawing {
    let hasColor: Bool
    private var drawn: [WatchScreen.Line] = []

    init(hasColor: Bool) { self.hasColor = hasColor }

    /// The output that makes the screen show these lines; empty where it shows them already.
    mutating func update(to lines: [WatchScreen.Line]) -> PrintableText {
        defer { drawn = lines }
        let isNew = drawn.count != lines.count
        var text: PrintableText = isNew ? "\u{1B}[2J" : ""
        for (row, line) in lines.enumerated() where isNew || drawn[row] != line {
            text += "\u{1B}[\(row + 1);1H\u{1B}[2K" + styled(line)
        }
        return text
    }

    /// The next update redraws all rows: another program has written to the terminal, or its size has changed.
    mutating func forget() { drawn = [] }

    private func styled(_ line: WatchScreen.Line) -> PrintableText {
        guard hasColor, !line.text.isEmpty else { return line.text }
        let start: PrintableText
        switch line.style {
        case .plain: return line.text
        case .title: start = "\u{1B}[1m"
        case .chosen: start = "\u{1B}[7m"
        case .faint: start = "\u{1B}[2m"
        case .bad: start = "\u{1B}[31m"
        case .waiting: start = "\u{1B}[33m"
        }
        return start + line.text + "\u{1B}[0m"
    }
}
