/// The grammar of TOML 1.0.
struct TOMLParser {
    private var scanner: TOMLScanner
    /// Names and values so far.
    private var items = 0
    private let mostItems: Int

    init(_ scanner: TOMLScanner, mostItems: Int = TOMLTable.mostItems) {
        self.scanner = scanner
        self.mostItems = mostItems
    }

    mutating func document() throws(TOMLError) -> TOMLTable {
        var tree = TOMLTree(at: scanner.place)
        var table = 0
        while true {
            try scanner.skipLines()
            if scanner.isAtEnd { return tree.table() }
            let place = scanner.place
            if scanner.takes("[[") {
                table = try tree.openElement(header(until: "]]"), at: place)
            } else if scanner.takes("[") {
                table = try tree.open(header(until: "]"), at: place)
            } else {
                try entry(in: table, of: &tree)
            }
            scanner.skipBlanks()
            try scanner.skipComment()
            guard scanner.isAtEnd || scanner.takesNewline() else { throw scanner.error("something else is on the line") }
        }
    }

    /// The names of a header behind its opening brackets.
    private mutating func header(until end: StaticString) throws(TOMLError) -> [TOMLTree.Name] {
        let names = try path()
        guard scanner.takes(end) else { throw scanner.error("a header is not closed by \(end)") }
        return names
    }

    /// Names with dots between them, and the blanks around.
    private mutating func path() throws(TOMLError) -> [TOMLTree.Name] {
        var names: [TOMLTree.Name] = []
        repeat {
            scanner.skipBlanks()
            let place = scanner.place
            try count(at: place)
            // The last may name a value, which nests nothing.
            guard names.count <= TOMLTable.deepest else { throw TOMLTree.tooDeep(place) }
            names.append(TOMLTree.Name(text: try key(), place: place))
            scanner.skipBlanks()
        } while scanner.takes(".")
        return names
    }

    /// Counts a name or a value.
    private mutating func count(at place: TOMLPlace) throws(TOMLError) {
        items += 1
        guard items <= mostItems else {
            throw TOMLError(place: place, reason: "the document has more than \(mostItems) keys and values")
        }
    }

    private mutating func key() throws(TOMLError) -> String {
        if scanner.isNext("\"") || scanner.isNext("'") { return try scanner.string(mayHaveLines: false) }
        let name = scanner.take {
            TOMLScanner.isDigit($0) || TOMLScanner.isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
        guard !name.isEmpty else { throw scanner.error("a key is missing, or has a character that needs quotes") }
        return String(decoding: name, as: UTF8.self)
    }

    /// `key = value`.
    private mutating func entry(in table: Int, of tree: inout TOMLTree) throws(TOMLError) {
        let names = try path()
        guard scanner.takes("=") else { throw scanner.error("a key has no = behind it") }
        scanner.skipBlanks()
        let owner = try tree.owner(of: names, in: table)
        try tree.set([names[names.count - 1]], in: owner, value(depth: tree.depth(of: owner) + 1))
    }

    /// - Parameter depth: the value's, should it be an array or a table.
    private mutating func value(depth: Int) throws(TOMLError) -> TOMLValue {
        let place = scanner.place
        try count(at: place)
        if scanner.isNext("\"") || scanner.isNext("'") { return TOMLValue(.string(try scanner.string(mayHaveLines: true)), at: place) }
        let isArray = scanner.takes("[")
        guard isArray || scanner.takes("{") else { return TOMLValue(try scanner.bareValue(), at: place) }
        guard depth <= TOMLTable.deepest else { throw TOMLTree.tooDeep(place) }
        return TOMLValue(isArray ? .array(try array(depth)) : .table(try inlineTable(depth, place)), at: place)
    }

    /// The values behind an opening bracket, with the closing one.
    private mutating func array(_ depth: Int) throws(TOMLError) -> [TOMLValue] {
        var values: [TOMLValue] = []
        while true {
            try scanner.skipLines()
            if scanner.takes("]") { return values }
            values.append(try value(depth: depth + 1))
            try scanner.skipLines()
            if scanner.takes("]") { return values }
            guard scanner.takes(",") else { throw scanner.error("an array has neither , nor ] behind a value") }
        }
    }

    /// The entries behind an opening brace, with the closing one, on one line.
    private mutating func inlineTable(_ depth: Int, _ place: TOMLPlace) throws(TOMLError) -> TOMLTable {
        var tree = TOMLTree(at: place, depth: depth)
        scanner.skipBlanks()
        if scanner.takes("}") { return tree.table() }
        repeat {
            try entry(in: 0, of: &tree)
            scanner.skipBlanks()
        } while scanner.takes(",")
        guard scanner.takes("}") else { throw scanner.error("a table in braces has neither , nor } behind a value") }
        return tree.table()
    }
}
