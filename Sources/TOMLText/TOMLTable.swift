/// A table of a TOML document, or the document itself.
package struct TOMLTable: Sendable {
    package struct Entry: Sendable {
        package let key: String
        /// The place of the key.
        package let place: TOMLPlace
        package let value: TOMLValue
    }

    /// In the order of the document.
    package var entries: [Entry] { list.elements }
    package let place: TOMLPlace
    private let list: KeyedList<Entry>

    /// The bytes of a document at most, unless a caller says otherwise.
    package static let defaultLimit = 8 << 20
    /// Keys and values of a document at most, so that short ones cannot take hundreds of times their length in memory.
    package static let mostItems = 1_000_000
    /// Tables under headers and dotted keys at most; they take the most memory.
    package static let mostTables = 400_000
    /// How many tables and arrays may be in one another.
    package static let deepest = 64

    init(_ list: KeyedList<Entry>, at place: TOMLPlace) {
        self.list = list
        self.place = place
    }

    /// A table to be written.
    /// - Precondition: no key comes twice.
    package init(_ entries: [(key: String, value: TOMLValue.Content)]) {
        place = TOMLPlace(line: 1, column: 1)
        var list = KeyedList<Entry>()
        for (key, value) in entries { list.append(key, Entry(key: key, place: place, value: TOMLValue(value, at: place))) }
        self.list = list
    }

    /// Reads a TOML 1.0 document (https://toml.io/en/v1.0.0); a byte order mark before it is passed over.
    /// - Parameter limit: the bytes of it at most.
    /// - Throws: ``TOMLError`` at the first place that is wrong, that is nested too deep, or has a number that 64 bits cannot hold.
    package init(parsing bytes: [UInt8], limit: Int = defaultLimit) throws(TOMLError) {
        let start = TOMLPlace(line: 1, column: 1)
        guard bytes.count <= limit else { throw TOMLError(place: start, reason: "the text is longer than \(limit) bytes") }
        if let line = Self.lineOutsideUTF8(bytes) {
            throw TOMLError(place: TOMLPlace(line: line, column: 1), reason: "the line is not UTF-8 text")
        }
        var parser = TOMLParser(TOMLScanner(bytes))
        self = try parser.document()
    }

    package init(parsing text: String, limit: Int = defaultLimit) throws(TOMLError) {
        try self.init(parsing: Array(text.utf8), limit: limit)
    }

    package subscript(key: String) -> TOMLValue? { list.position(of: key).map { list.elements[$0].value } }

    private static func lineOutsideUTF8(_ bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }
}
