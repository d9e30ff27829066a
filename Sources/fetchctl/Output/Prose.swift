import FetchTypes

/// Sentences in the lines of a terminal: broken at spaces, later lines indented. Pure.
///
/// A line that fits, and every line where no width is known, stays as it is. A word that is wider than the terminal (a path, a URL) and
/// what is there to be copied (a command, quoted text) are never broken.
enum Prose {
    /// - Parameter width: the terminal's; nil where lines may be of any length.
    static func text(_ text: PrintableText, width: Int?) -> PrintableText {
        guard width != nil else { return text }
        return text.lines.map { line($0, hang: .spaces(hang(of: $0.text)), width: width) }.joined(separator: "\n")
    }

    /// - Parameters:
    ///   - line: without a line end.
    ///   - hang: what precedes each further line; shortened to a half of the terminal.
    static func line(_ line: PrintableText, hang: PrintableText, width: Int?) -> PrintableText {
        // What has escapes is a drawing, laid out by its author.
        guard let width, Text.width(line.text) > width, !line.text.utf8.contains(0x1B) else { return line }
        let hang = Text.cut(hang.text, to: width / 2)
        let indent = Text.width(hang)
        var lines: [String] = []
        var (current, used) = ("", 0)
        for unit in ProseUnits(line.text).units {
            let own = Text.width(unit.text)
            if used > indent, used + unit.gap + own > width {
                lines.append(current)
                (current, used) = (hang + unit.text, indent + own)
            } else {
                current += String(repeating: " ", count: unit.gap) + unit.text
                used += unit.gap + own
            }
        }
        // The parts of a clean text are clean.
        return (lines + [current]).map { "\(code: $0)" }.joined(separator: "\n")
    }

    /// Where the text behind a line's label begins (`error: `, `  why: `); without one, two columns behind its first word's beginning.
    private static func hang(of line: String) -> Int {
        let start = line.prefix { $0 == " " }.count
        let label = line.dropFirst(start).prefix { $0.isLetter || $0 == " " }
        let rest = line.dropFirst(start + label.count)
        guard rest.hasPrefix(": "), label.count <= longestLabel else { return start + 2 }
        return start + label.count + 1 + rest.dropFirst().prefix { $0 == " " }.count
    }

    /// `already there`
    private static let longestLabel = 13
}
