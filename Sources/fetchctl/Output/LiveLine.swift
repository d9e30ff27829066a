/// One line that is written over: by a carriage return and spaces, for terminals that know no more. Pure: it gives the
/// text to write.
struct LiveLine: Sendable {
    /// Columns of what stands there.
    private var width = 0

    /// `text` in place of what stands there; the cursor stays behind it.
    mutating func draw(_ text: String) -> String {
        // Spaces that cover nothing would only make a saved notebook larger.
        let text = Self.trimmed(text)
        let cover = padding(text)
        width = Text.width(text)
        return "\r" + text + cover
    }

    /// `text` in place of what stands there, for good.
    mutating func replace(by text: String) -> String {
        defer { width = 0 }
        guard width > 0 else { return text + "\n" }
        guard let end = text.firstIndex(of: "\n") else { return "\r" + text + padding(text) + "\n" }
        return "\r" + text[..<end] + padding(String(text[..<end])) + text[end...] + "\n"
    }

    /// Nothing in place of what stands there.
    mutating func clear() -> String {
        defer { width = 0 }
        return width > 0 ? "\r" + String(repeating: " ", count: width) + "\r" : ""
    }

    private func padding(_ text: String) -> String { String(repeating: " ", count: max(0, width - Text.width(text))) }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }
}
