/// Text measured in terminal columns.
enum Text {
    /// Columns that the text takes: wide East Asian letters take two, combining marks none.
    static func width(_ text: String) -> Int {
        isPlain(text) ? text.utf8.count : text.reduce(0) { $0 + width($1) }
    }

    /// Whether every byte is a character of one column: most text is, and a queue may have ten thousand lines.
    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } }

    private static func width(_ character: Character) -> Int {
        guard let value = character.unicodeScalars.first?.value else { return 0 }
        switch value {
        case 0..<0x20, 0x300...0x36f, 0x200b...0x200f: return 0
        case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
            0x1f300...0x1faff, 0x20000...0x3fffd:
            return 2
        default: return 1
        }
    }

    /// Exactly that many columns: padded, or shortened in the middle so that the extension stays.
    static func fit(_ text: String, to columns: Int) -> String {
        let own = width(text)
        if own <= columns { return text + String(repeating: " ", count: columns - own) }
        guard columns > 4 else { return cut(text, to: columns) }
        let tail = String(text.suffix(columns / 3))
        let head = cut(text, to: columns - width(tail) - 1)
        let fitted = head + "…" + tail
        return fitted + String(repeating: " ", count: max(0, columns - width(fitted)))
    }

    /// At most that many columns, from the start.
    static func cut(_ text: String, to columns: Int) -> String {
        if isPlain(text) { return String(decoding: text.utf8.prefix(max(0, columns)), as: UTF8.self) }
        var left = columns
        return String(
            text.prefix { character in
                left -= width(character)
                return left >= 0
            })
    }

    /// At most that many columns, with an ellipsis where something is left out.
    static func shortened(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        return columns > 1 ? cut(text, to: columns - 1) + "…" : cut(text, to: columns)
    }

    /// Lines of at most that many columns, broken at spaces where there are any.
    /// - Parameter indent: columns that precede every line but the first.
    static func wrap(_ text: String, to columns: Int, indent: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        var margin = ""
        while true {
            let room = max(1, columns - margin.count)
            guard width(String(rest)) > room else {
                lines.append(margin + rest)
                return lines
            }
            var head = cut(String(rest), to: room)
            if head.isEmpty { head = String(rest.prefix(1)) }
            // A word that has begun goes to the next line whole, unless it fills half of this one.
            if let space = head.lastIndex(of: " "), width(String(head[..<space])) >= room / 2 { head = String(head[..<space]) }
            lines.append(margin + head)
            rest = rest.dropFirst(head.count).drop { $0 == " " }
            margin = String(repeating: " ", count: indent)
            if rest.isEmpty { return lines }
        }
    }
}
