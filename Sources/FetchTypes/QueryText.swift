/// The bytes of a text, and where queries, names and values begin and end in it. Servers quote them in many forms: HTML-escaped,
/// percent-encoded, as JSON or XML fields.
struct QueryText {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static let nameBytes = ByteSet(nameCharacters.utf8)
    static let valueBytes = ByteSet((nameCharacters + "+/=%~.").utf8)
    private static let nameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    /// Where a query ends in running text; controls and spaces besides.
    private static let terminators = ByteSet("\"'<>`{}|^\\".utf8)

    static let questionMarks = ["?", "#", "%3f", "\\u003f"].map { Array($0.utf8) }
    static let ampersands = ["&amp;", "&", "%26", "\\u0026"].map { Array($0.utf8) }
    static let equalsSigns = ["=", "%3d", "\\u003d", "&#61;"].map { Array($0.utf8) }
    private static let marks = ampersands + equalsSigns + questionMarks
    private static let markStarts = ByteSet("?#%\\&=".utf8)
    /// What begins with one of these is a path and no key.
    private static let pathStarts = ByteSet("/.~".utf8)
    /// What may be between a name and its value.
    static let separators = ByteSet(":=>\"'".utf8)

    /// Whether anything behind a name that ends there could be its value: an equals sign, or as many bytes of a value as the shortest
    /// has (``isOpaque(_:least:)``). It looks at few bytes, however long the text is.
    func mayHaveValue(_ end: Int) -> Bool {
        if length(of: Self.equalsSigns, at: end) != nil { return true }
        return [true, false].contains { isSeparated in
            let start = valueStart(from: end, isSeparated: isSeparated)
            guard start > end, start + 8 <= bytes.count, !Self.pathStarts.contains(bytes[start]) else { return false }
            return bytes[start..<start + 8].allSatisfy(Self.valueBytes.contains)
        }
    }

    func valueStart(from end: Int, isSeparated: Bool) -> Int {
        bytes[end...].firstIndex { $0 > 0x20 && !(isSeparated && Self.separators.contains($0)) } ?? bytes.count
    }

    func carriesLink(_ range: Range<Int>) -> Bool {
        let text = String(decoding: bytes[range], as: UTF8.self)
        return LinkParameter.carriesLink((text.percentDecoded ?? text).lowercased())
    }

    /// The end of a query's run; a sentence's own punctuation behind it is not part of it.
    func runEnd(_ start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] > 0x20, bytes[end] != 0x7F {
            if let escape = length(of: Self.marks, at: end) {
                end += escape
                continue
            }
            if Self.terminators.contains(bytes[end]) { break }
            end += 1
        }
        while end > start, ".,;:!)]".utf8.contains(bytes[end - 1]) { end -= 1 }
        return end
    }

    /// The names of the parameters in a run and in runs within it, in lower case.
    func names(in range: Range<Int>) -> [String] {
        var names: [String] = []
        var start = range.lowerBound
        var position = start
        while position < range.upperBound {
            if let next = length(of: Self.ampersands, at: position) ?? length(of: Self.questionMarks, at: position) {
                // The last mark's semicolon may have been taken for a sentence's.
                start = min(position + next, range.upperBound)
                position = start
            } else if let next = length(of: Self.equalsSigns, at: position) {
                if start < position {
                    let name = String(decoding: bytes[start..<position], as: UTF8.self)
                    names.append((name.percentDecoded ?? name).lowercased())
                }
                start = range.upperBound
                position += next
            } else {
                position += 1
            }
        }
        // A line may have been broken within a name.
        let last = String(decoding: bytes[start..<range.upperBound], as: UTF8.self).lowercased()
        return LinkParameter.signs(last) ? names + [last] : names
    }

    /// Letters and digits as keys and signatures have them, not as words do.
    func isOpaque(_ range: Range<Int>, least: Int) -> Bool {
        range.count >= least && !Self.pathStarts.contains(bytes[range.lowerBound]) && bytes[range].allSatisfy(Self.valueBytes.contains)
            && (range.count >= 32 || bytes[range].contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    }

    /// How long the mark at that place is, in either case; nil when none does.
    func length(of marks: [[UInt8]], at start: Int) -> Int? {
        guard start < bytes.count, Self.markStarts.contains(bytes[start]) else { return nil }
        return marks.first { mark in
            start + mark.count <= bytes.count && zip(mark, bytes[start...]).allSatisfy { $0 == $1 | ($1 >= 0x41 && $1 <= 0x5A ? 0x20 : 0) }
        }?.count
    }
}
