import FetchTypes

/// One line that is written over: by a carriage return and spaces, for terminals that know no more. Pure: it gives the
/// text to write.
struct LiveLine: Sendable {
    /// Columns of what is there.
    private var width = 0

    /// `text` in place of what is there; the cursor stays behind it.
    mutating func draw(_ text: String) -> PrintableText {
        // Spaces that cover nothing would only make a saved notebook larger.
        let text = Self.trimmed(text)
        let cover = padding(text)
        width = Text.width(text)
        return "\r\(text)" + cover
    }

    /// `text` in place of what is there, for good.
    mutating func replace(by text: PrintableText) -> PrintableText {
        defer { width = 0 }
        guard width > 0 else { return text + "\n" }
        let lines = text.lines
        return "\r" + lines[0] + padding(lines[0].text) + "\n" + lines.dropFirst().map { $0 + "\n" }.joined()
    }

    /// Nothing in place of what is there.
    mutating func clear() -> PrintableText {
        defer { width = 0 }
        return width > 0 ? "\r" + PrintableText.spaces(width) + "\r" : ""
    }

    private func padding(_ text: String) -> PrintableText { .spaces(width - Text.width(text)) }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }
}
