/// The text that a literal stands for, with the place in the source of each of its bytes.
struct DecodedPythonString {
    private(set) var bytes: [UInt8] = []
    private var offsets: [Int] = []

    /// - Parameter start: where the literal begins in its source.
    /// - Returns: nil when it has an escape whose length is not known here.
    init?(_ string: PythonString, at start: Int) {
        let inner = Array(string.inner.utf8)
        let base = start + string.prefix.utf8.count + string.quote.utf8.count
        var position = 0
        while position < inner.count {
            let byte = inner[position]
            let next = position + 1 < inner.count ? inner[position + 1] : 0
            if byte == UInt8(ascii: "\\"), !string.isRaw {
                // A line's end behind a backslash stands for nothing.
                if next != UInt8(ascii: "\n") {
                    guard let escaped = Self.escapes[next] else { return nil }
                    add(escaped, base + position)
                }
                position += 2
            } else if byte == UInt8(ascii: "%") && (next == UInt8(ascii: "s") || next == UInt8(ascii: "d"))
                || byte == UInt8(ascii: "{") && next == UInt8(ascii: "}")
            {
                // What `%` and `format` put in, as a variable that the shell's reader knows.
                add(UInt8(ascii: "$"), base + position)
                add(UInt8(ascii: "_"), base + position + 1)
                position += 2
            } else {
                add(byte, base + position)
                position += 1
            }
        }
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "'"): UInt8(ascii: "'"),
    ]

    private mutating func add(_ byte: UInt8, _ offset: Int) {
        bytes.append(byte)
        offsets.append(offset)
    }

    /// Where a part of the text that is not empty is in the source.
    func source(of range: Range<Int>) -> Range<Int> { offsets[range.lowerBound]..<offsets[range.upperBound - 1] + 1 }
}
