import FetchTypes

extension JSONTree {
    /// - Returns: nil when the bytes are no JSON (RFC 8259), or nested deeper than 200 levels.
    init?(_ bytes: [UInt8]) {
        var parser = Parser(bytes: bytes)
        guard let value = parser.value(depth: 0), parser.isAtEnd else { return nil }
        self = value
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return position == bytes.count
            }
        }

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        private mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
        }

        private mutating func take(_ byte: Character) -> Bool {
            skipSpace()
            guard next == byte.asciiValue else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) -> JSONTree? {
            skipSpace()
            guard depth < 200, let first = next else { return nil }
            switch first {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string().map(JSONTree.string)
            case UInt8(ascii: "t"): return word("true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return word("false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return word("null") ? .null : nil
            default: return number()
            }
        }

        private mutating func word(_ text: String) -> Bool {
            guard bytes[position...].starts(with: text.utf8) else { return false }
            position += text.utf8.count
            return true
        }

        private mutating func number() -> JSONTree? {
            guard let end = JSONSyntax.numberEnd(bytes, from: position) else { return nil }
            defer { position = end }
            return .number(String(decoding: bytes[position..<end], as: UTF8.self))
        }

        private mutating func object(_ depth: Int) -> JSONTree? {
            position += 1
            var members: [Member] = []
            if take("}") { return .object([Member]()) }
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\""), let name = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
                members.append(Member(name: name, value: value))
            } while take(",")
            return take("}") ? .object(members) : nil
        }

        private mutating func array(_ depth: Int) -> JSONTree? {
            position += 1
            var elements: [JSONTree] = []
            if take("]") { return .array([]) }
            repeat {
                guard let value = value(depth: depth + 1) else { return nil }
                elements.append(value)
            } while take(",")
            return take("]") ? .array(elements) : nil
        }

        private mutating func string() -> String? {
            guard let end = JSONSyntax.stringEnd(bytes, from: position) else { return nil }
            defer { position = end }
            return String(json: bytes[(position + 1)..<(end - 1)])
        }
    }
}
