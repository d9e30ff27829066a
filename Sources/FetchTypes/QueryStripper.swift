extension String {
    /// The text without what signs a link or grants access: a query or fragment that holds such a parameter, with or without the
    /// link before it, pieces of it after a line break, user information in a link, and what follows `Bearer`.
    package var withoutSigningQueries: String {
        var stripper = QueryStripper(self, stripsAll: false)
        return stripper.stripped()
    }

    /// The same, and without every other query: for words of a server, which may repeat the link that was asked for.
    package var withoutQueries: String {
        var stripper = QueryStripper(self, stripsAll: true)
        return stripper.stripped()
    }
}

/// Finds queries in running text, which quotes them in many forms: without a scheme or a path, HTML-escaped, percent-encoded,
/// as JSON or XML fields, broken into lines.
struct QueryStripper {
    private let text: String
    private let bytes: [UInt8]
    /// Every query goes, not only one that grants access.
    private let stripsAll: Bool
    private var out: [UInt8] = []
    private var index = 0
    /// Something was removed, and only spaces came since: what follows may be the rest of it.
    private var isAfterRemoval = false
    private var hasRemoved = false
    /// Up to here no parameter grants access: what was looked at once is not looked at from every mark in it.
    private var harmlessEnd = 0

    init(_ text: String, stripsAll: Bool) {
        self.text = text
        self.stripsAll = stripsAll
        bytes = text.utf8.contains { Self.signals.contains($0) } ? Array(text.utf8) : []
    }

    /// Text without one of these holds no query; the `r` is that of `Bearer`.
    private static let signals = ByteSet("=?%:>&#rR".utf8)
    private static let nameBytes = ByteSet(nameCharacters.utf8)
    private static let valueBytes = ByteSet((nameCharacters + "+/=%~.").utf8)
    private static let nameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    /// Where a query ends in running text; controls and spaces besides.
    private static let terminators = ByteSet("\"'<>`{}|^\\".utf8)

    private static let questionMarks = ["?", "#", "%3f", "\\u003f"].map { Array($0.utf8) }
    private static let ampersands = ["&amp;", "&", "%26", "\\u0026"].map { Array($0.utf8) }
    private static let equalsSigns = ["=", "%3d", "\\u003d", "&#61;"].map { Array($0.utf8) }
    private static let marks = ampersands + equalsSigns + questionMarks
    private static let markStarts = ByteSet("?#%\\&=".utf8)
    /// What begins with one of these is a path and no key.
    private static let pathStarts = ByteSet("/.~".utf8)
    /// What may stand between a name and its value.
    private static let separators = ByteSet(":=>\"'".utf8)

    mutating func stripped() -> String {
        guard !bytes.isEmpty else { return text }
        while index < bytes.count {
            let isRemoved = removeUserInformation() || removeQuery() || removeRest() || removeNamedValue()
            if !isRemoved { keep() }
        }
        return hasRemoved ? String(decoding: out, as: UTF8.self) : text
    }

    /// One byte, or a whole name: what is not its beginning cannot be one.
    private mutating func keep() {
        let start = index
        index += 1
        if Self.nameBytes.contains(bytes[start]) {
            while index < bytes.count, Self.nameBytes.contains(bytes[index]) { index += 1 }
        }
        out += bytes[start..<index]
        if bytes[start] > 0x20 { isAfterRemoval = false }
    }

    // MARK: what is removed

    /// `user:password@` behind `://`.
    private mutating func removeUserInformation() -> Bool {
        guard bytes[index] == UInt8(ascii: "/"), out.suffix(2).elementsEqual(":/".utf8) else { return false }
        let start = index + 1
        let end = bytes[start...].firstIndex { $0 <= 0x20 || "/?#\"'<>".utf8.contains($0) } ?? bytes.count
        guard let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) else { return false }
        out.append(bytes[index])
        index = at + 1
        hasRemoved = true
        return true
    }

    /// A query from its question mark on, or from any ampersand on.
    private mutating func removeQuery() -> Bool {
        let mark = length(of: Self.questionMarks, at: index)
        guard let start = (mark ?? length(of: Self.ampersands, at: index)).map({ index + $0 }) else { return false }
        let isKnown = index < harmlessEnd
        let end = isKnown ? harmlessEnd : runEnd(start)
        guard end > start else { return false }
        let names = isKnown ? [] : names(in: start..<end)
        // A question mark ends a sentence too, and `&` joins words.
        let isInLink = mark != nil && bytes[index] != UInt8(ascii: "#") && index > 0 && bytes[index - 1] > 0x20
        let isQuery = !names.isEmpty || isInLink
        if isQuery && stripsAll || names.contains(where: Self.grantsAccess) || isQuery && !isKnown && carriesLink(start..<end) {
            remove(to: end)
            return true
        }
        harmlessEnd = max(harmlessEnd, end)
        return false
    }

    /// After a removed piece: the next line of it.
    private mutating func removeRest() -> Bool {
        guard isAfterRemoval, index > 0, bytes[index - 1] <= 0x20, bytes[index] > 0x20 else { return false }
        let end = runEnd(index)
        guard end > index, isOpaque(index..<end, least: 12) || !names(in: index..<end).isEmpty else { return false }
        remove(to: end)
        return true
    }

    /// `Signature=…`, `"signature": "…"`, `<Signature>…<`, `Bearer …`.
    private mutating func removeNamedValue() -> Bool {
        guard Self.nameBytes.contains(bytes[index]), index == 0 || !Self.nameBytes.contains(bytes[index - 1]) else { return false }
        let end = bytes[index...].firstIndex { !Self.nameBytes.contains($0) } ?? bytes.count
        // Whether a value may follow is seen sooner than whether the name means a secret, and behind most words none does.
        guard mayHaveValue(end) else { return false }
        let name = String(decoding: bytes[index..<end], as: UTF8.self).lowercased()
        if name == "bearer" || name == "basic" { return removeValue(from: end, isSeparated: false, least: 8) }
        guard LinkParameter.signs(name) || LinkParameter.namesCredential(name) else { return false }
        if let equals = length(of: Self.equalsSigns, at: end), end + equals < bytes.count, bytes[end + equals] > 0x20 {
            let last = runEnd(end + equals)
            if last > end + equals {
                // A signature's name says nothing to a reader; `token=…` does.
                if !LinkParameter.signs(name) { out += bytes[index..<end + equals] }
                out += "…".utf8
                remove(to: last)
                return true
            }
        }
        return removeValue(from: end, isSeparated: true, least: 12)
    }

    /// Whether anything behind a name that ends there could be its value: an equals sign, or as many bytes of a value as the shortest
    /// has (``isOpaque(_:least:)``). It looks at few bytes, however long the text is.
    private func mayHaveValue(_ end: Int) -> Bool {
        if length(of: Self.equalsSigns, at: end) != nil { return true }
        return [true, false].contains { isSeparated in
            let start = valueStart(from: end, isSeparated: isSeparated)
            guard start > end, start + 8 <= bytes.count, !Self.pathStarts.contains(bytes[start]) else { return false }
            return bytes[start..<start + 8].allSatisfy(Self.valueBytes.contains)
        }
    }

    private func valueStart(from end: Int, isSeparated: Bool) -> Int {
        bytes[end...].firstIndex { $0 > 0x20 && !(isSeparated && Self.separators.contains($0)) } ?? bytes.count
    }

    /// A value that stands apart from its name; words of a language stay.
    /// - Parameter isSeparated: by more than spaces.
    private mutating func removeValue(from end: Int, isSeparated: Bool, least: Int) -> Bool {
        let start = valueStart(from: end, isSeparated: isSeparated)
        guard start > end, !isSeparated || bytes[end..<start].contains(where: Self.separators.contains) else { return false }
        let last = bytes[start...].firstIndex { !Self.valueBytes.contains($0) } ?? bytes.count
        guard isOpaque(start..<last, least: least) else { return false }
        out += bytes[index..<start]
        out += "…".utf8
        remove(to: last)
        return true
    }

    private mutating func remove(to end: Int) {
        index = end
        isAfterRemoval = true
        hasRemoved = true
    }

    // MARK: what stands where

    private static func grantsAccess(_ name: String) -> Bool { LinkParameter.signs(name) || LinkParameter.isCredential(name) }

    private func carriesLink(_ range: Range<Int>) -> Bool {
        let text = String(decoding: bytes[range], as: UTF8.self)
        return LinkParameter.carriesLink((text.percentDecoded ?? text).lowercased())
    }

    /// The end of a query's run; a sentence's own punctuation behind it is not part of it.
    private func runEnd(_ start: Int) -> Int {
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
    private func names(in range: Range<Int>) -> [String] {
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
    private func isOpaque(_ range: Range<Int>, least: Int) -> Bool {
        range.count >= least && !Self.pathStarts.contains(bytes[range.lowerBound]) && bytes[range].allSatisfy(Self.valueBytes.contains)
            && (range.count >= 32 || bytes[range].contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    }

    /// How long the one of the marks is that stands there, in either case; nil when none does.
    private func length(of marks: [[UInt8]], at start: Int) -> Int? {
        guard start < bytes.count, Self.markStarts.contains(bytes[start]) else { return nil }
        return marks.first { mark in
            start + mark.count <= bytes.count && zip(mark, bytes[start...]).allSatisfy { $0 == $1 | ($1 >= 0x41 && $1 <= 0x5A ? 0x20 : 0) }
        }?.count
    }
}
