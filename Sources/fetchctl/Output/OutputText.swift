import FetchTypes

/// What goes to standard output: byte for byte to a program, cleaned to a terminal.
struct OutputText: Sendable {
    let exact: String
    let printable: PrintableText
    /// Whether lines may be broken between words on a terminal.
    var isProse = false

    init(exact: String, printable: PrintableText) {
        self.exact = exact
        self.printable = printable
    }

    /// Final paths, a line each: on a terminal a line end in a name does not look like another path.
    init(paths: [String]) {
        self.init(exact: paths.map { $0 + "\n" }.joined(), printable: paths.map { "\($0)\n" }.joined())
    }

    /// Text of several lines.
    init(lines: String) { self.init(exact: lines, printable: PrintableText(lines: lines)) }
}
