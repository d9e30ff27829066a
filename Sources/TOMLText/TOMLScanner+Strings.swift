extension TOMLScanner {
    /// A string of one line, or of several where `"""` or `'''` begins it. The next byte is its first quote.
    mutating func string(mayHaveLines: Bool) throws(TOMLError) -> String {
        let start = place
        if isNext("\"\"\"") || isNext("'''") {
            guard mayHaveLines else { throw error("a key cannot be a string of several lines") }
            return try longString(start)
        }
        let isBasic = takes("\"")
        if !isBasic { _ = takes("'") }
        var text: [UInt8] = []
        while true {
            text += take { Self.isText($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: isBasic ? "\"" : "'") }
            if isBasic ? takes("\"") : takes("'") { return String(decoding: text, as: UTF8.self) }
            if isNext("\\") {
                if isBasic { try escape(&text) } else { text += take { $0 == UInt8(ascii: "\\") } }
            } else if isAtEnd || isNext("\n") || isNext("\r\n") {
                throw TOMLError(place: start, reason: "a string has no closing quote on its line")
            } else {
                throw error("a string has a control character")
            }
        }
    }

    /// A string between three quotes; a line's end in it is LF, whatever the document has.
    private mutating func longString(_ start: TOMLPlace) throws(TOMLError) -> String {
        let isBasic = takes("\"\"\"")
        if !isBasic { _ = takes("'''") }
        _ = takesNewline()
        let quote = UInt8(ascii: isBasic ? "\"" : "'")
        var text: [UInt8] = []
        while true {
            text += take { Self.isText($0) && $0 != UInt8(ascii: "\\") && $0 != quote }
            if isBasic ? takes("\"\"\"") : takes("'''") {
                // Up to two quotes before the closing three belong to the text.
                for _ in 0..<2 where isBasic ? takes("\"") : takes("'") { text.append(quote) }
                return String(decoding: text, as: UTF8.self)
            }
            if isBasic ? takes("\"") : takes("'") {
                text.append(quote)
            } else if takesNewline() {
                text.append(UInt8(ascii: "\n"))
            } else if isNext("\\") {
                if !isBasic { text += take { $0 == UInt8(ascii: "\\") } } else if try !skipsFoldedLines() { try escape(&text) }
            } else if isAtEnd {
                throw TOMLError(place: start, reason: "a string of several lines has no end")
            } else {
                throw error("a string has a control character")
            }
        }
    }

    /// Takes a backslash at a line's end with all blanks and line ends behind it, when they come next.
    private mutating func skipsFoldedLines() throws(TOMLError) -> Bool {
        var ahead = 1
        while let byte = byte(ahead: ahead), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { ahead += 1 }
        if byte(ahead: ahead) == UInt8(ascii: "\r") { ahead += 1 }
        guard byte(ahead: ahead) == UInt8(ascii: "\n") else { return false }
        _ = takes("\\")
        repeat { skipBlanks() } while takesNewline()
        return true
    }

    /// A backslash and what it stands for.
    private mutating func escape(_ text: inout [UInt8]) throws(TOMLError) {
        let start = place
        _ = takes("\\")
        if takes("u") { return try scalar(4, &text, start) }
        if takes("U") { return try scalar(8, &text, start) }
        let escapes: [(StaticString, UInt8)] = [
            ("b", 0x08), ("t", 0x09), ("n", 0x0A), ("f", 0x0C), ("r", 0x0D), ("\"", UInt8(ascii: "\"")), ("\\", UInt8(ascii: "\\")),
        ]
        for (name, byte) in escapes where takes(name) { return text.append(byte) }
        throw TOMLError(place: start, reason: "a string has a backslash that begins no escape")
    }

    private mutating func scalar(_ digits: Int, _ text: inout [UInt8], _ start: TOMLPlace) throws(TOMLError) {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw TOMLError(place: start, reason: "a string has an escape without its \(digits) hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw TOMLError(place: start, reason: "a string has an escape for what is no Unicode scalar")
        }
        text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    }
}
