import FetchTypes

/// One reference as a person typed it, trimmed and free of control characters, and the way to refuse it.
struct TypedText: Sendable {
    /// Longer than any signed URL seen in the wild; UTF-8 bytes.
    static let longest = 16_384

    let text: String

    /// - Throws: ``Failure`` of kind `usage` when the text is empty, too long, or holds control characters inside.
    init(_ raw: String) throws(Failure) {
        guard raw.utf8.count <= Self.longest else {
            throw Failure(
                .usage, "a reference of \(raw.utf8.count) bytes is too long.", why: "the longest one accepted has \(Self.longest) bytes.",
                hint: Self.forms)
        }
        let text = raw.trimmedOfSpace
        guard !text.isEmpty else {
            throw Failure(
                .usage, "a reference is empty.", why: "nothing but spaces was given, perhaps by a variable that is not set.",
                hint: Self.forms)
        }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw Failure(
                .usage, "cannot understand the reference \(text.quoted).", why: "it has a control character or a line break inside.",
                hint: "copy it again, and give one reference an argument.")
        }
        self.text = text
    }

    /// What a reference looks like, for those who are far from any form.
    static let forms = "write civitai:VERSION-ID, hf:org/name, or a link that starts with https://."

    /// The scheme in lower case and all that follows its colon; nil when the text has none.
    var scheme: (name: String, tail: Substring)? {
        guard let colon = text.firstIndex(of: ":"), let first = text.utf8.first, first.isLetter else { return nil }
        let name = text[..<colon]
        guard name.utf8.allSatisfy({ $0.isLetter || $0.isDigit || "+-.".utf8.contains($0) }) else { return nil }
        return (name.lowercased(), text[text.index(after: colon)...])
    }

    /// - Parameters:
    ///   - why: what was understood and what was not.
    ///   - hint: the nearest valid form.
    func refused(_ why: String, hint: String, code: ExitCode? = nil) -> Failure {
        Failure(.usage, "cannot understand the reference \(text.quoted).", why: why, hint: hint, code: code)
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1.
    var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }

    /// White space, and the marks without width that come along when text is copied from a web page.
    var isSpace: Bool { properties.isWhitespace || value == 0xfeff || value == 0x200b }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isHexDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}

extension StringProtocol {
    /// Without the white space around it.
    var trimmedOfSpace: String {
        var scalars = Substring(self).unicodeScalars
        while scalars.first?.isSpace == true { scalars.removeFirst() }
        while scalars.last?.isSpace == true { scalars.removeLast() }
        return String(scalars)
    }

    /// ASCII letters, digits and these marks only, at least one.
    func isMade(of marks: String) -> Bool {
        !isEmpty && utf8.allSatisfy { $0.isLetter || $0.isDigit || marks.utf8.contains($0) }
    }

    /// Plain ASCII digits only, at least one.
    var isNumber: Bool { !isEmpty && utf8.allSatisfy(\.isDigit) }

    /// A service's id: a whole number from 1 up, in plain digits.
    var serviceID: Int? { isNumber ? Int(self).flatMap { $0 > 0 ? $0 : nil } : nil }
}
