import FetchTypes

/// The lines of a tree: exact for programs, and as wide as a terminal for people.
struct TreeText {
    let width: Int?
    private var exact = ""
    private var printable: PrintableText = ""

    /// - Parameter width: the terminal's; nil where lines may be of any length.
    init(width: Int?) { self.width = width }

    var output: OutputText { OutputText(exact: exact, printable: printable) }

    /// - Parameter hang: the branches that go past the line, before each further line of it.
    mutating func add(_ line: String, hang: PrintableText) {
        exact += line + "\n"
        printable += Prose.line(PrintableText(lines: line), hang: hang, width: width) + "\n"
    }
}
