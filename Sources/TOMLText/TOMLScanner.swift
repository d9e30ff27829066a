/// Goes through the bytes of a document once, and knows the line and the column.
struct TOMLScanner {
    private let bytes: [UInt8]
    private(set) var offset = 0
    private var line = 1
    /// Up to here columns of the line have been counted.
    private var countedOffset = 0
    private var countedColumn = 1

    /// - Parameter bytes: UTF-8.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            offset = 3
            countedOffset = 3
        }
    }

    var isAtEnd: Bool { offset >= bytes.count }

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    /// The byte so many places behind the next one.
    func byte(ahead count: Int) -> UInt8? { offset + count < bytes.count ? bytes[offset + count] : nil }

    /// The place of the next byte.
    var place: TOMLPlace {
        mutating get {
            // Continuation bytes of UTF-8 belong to the scalar before them.
            for byte in bytes[countedOffset..<offset] where byte & 0xC0 != 0x80 { countedColumn += 1 }
            countedOffset = offset
            return TOMLPlace(line: line, column: countedColumn)
        }
    }

    mutating func error(_ reason: String) -> TOMLError { TOMLError(place: place, reason: reason) }

    func isNext(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in bytes[offset...].prefix(text.count).elementsEqual(text) }
    }

    /// Takes the text when it comes next.
    mutating func takes(_ text: StaticString) -> Bool {
        guard isNext(text) else { return false }
        offset += text.utf8CodeUnitCount
        return true
    }

    /// Takes one byte that is no line's end.
    mutating func advance() { offset += 1 }

    /// Takes bytes as long as they are such ones.
    mutating func take(while fits: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = offset
        while offset < bytes.count, fits(bytes[offset]) { offset += 1 }
        return bytes[start..<offset]
    }

    mutating func skipBlanks() { _ = take { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } }

    /// Takes a line's end, LF or CR LF, when it comes next.
    mutating func takesNewline() -> Bool {
        guard takes("\n") || takes("\r\n") else { return false }
        line += 1
        countedOffset = offset
        countedColumn = 1
        return true
    }

    /// Takes a comment, up to the line's end, when one comes next.
    mutating func skipComment() throws(TOMLError) {
        guard takes("#") else { return }
        _ = take(while: Self.isText)
        guard isAtEnd || isNext("\n") || isNext("\r\n") else { throw error("a comment has a control character") }
    }

    /// Takes blanks, comments and line ends.
    mutating func skipLines() throws(TOMLError) {
        repeat {
            skipBlanks()
            try skipComment()
        } while takesNewline()
    }

    /// What may be in comments and strings: all but control characters other than the tab.
    static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
}
