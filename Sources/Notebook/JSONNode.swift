import FetchTypes

/// A JSON value as a place in its text (RFC 8259): enough to find what is to be changed, and to leave every other byte alone.
struct JSONNode: Sendable {
    indirect enum Content: Sendable {
        /// In the order of the text; a key's range is that of its string.
        case object([(key: JSONNode, value: JSONNode)])
        case array([JSONNode])
        case string
        case other
    }

    let content: Content
    /// The bytes of the text that it takes, quotes and brackets included.
    let range: Range<Int>

    /// - Returns: nil when the bytes are no JSON, or nested deeper than 200 levels.
    static func parse(_ bytes: [UInt8]) -> JSONNode? {
        var parser = Parser(bytes: bytes)
        // A byte order mark is no JSON, but editors write it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        guard let node = parser.value(depth: 0) else { return nil }
        parser.skipSpace()
        return parser.position == bytes.count ? node : nil
    }

    var elements: [JSONNode]? { if case .array(let elements) = content { elements } else { nil } }
    var isString: Bool { if case .string = content { true } else { false } }

    /// A member of an object.
    func member(_ name: String, in bytes: [UInt8]) -> JSONNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { JSONString.decode(bytes[$0.key.range]) == name }?.value
    }

    /// The string's text.
    func text(in bytes: [UInt8]) -> String? { isString ? JSONString.decode(bytes[range]) : nil }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            skipSpace()
            guard next == byte else { return false }
            position += 1
            return true
        }

        mutating func value(depth: Int) -> JSONNode? {
            skipSpace()
            guard depth < 200, let first = next else { return nil }
            let start = position
            let content: Content?
            switch first {
            case UInt8(ascii: "{"): content = object(depth)
            case UInt8(ascii: "["): content = array(depth)
            case UInt8(ascii: "\""): content = string() ? .string : nil
            case UInt8(ascii: "t"): content = word("true") ? .other : nil
            case UInt8(ascii: "f"): content = word("false") ? .other : nil
            case UInt8(ascii: "n"): content = word("null") ? .other : nil
            default: content = number() ? .other : nil
            }
            return content.map { JSONNode(content: $0, range: start..<position) }
        }

        private mutating func word(_ text: StaticString) -> Bool {
            let utf8 = Array(text.description.utf8)
            guard bytes[position...].starts(with: utf8) else { return false }
            position += utf8.count
            return true
        }

        private mutating func number() -> Bool {
            // Python's json writes these too.
            if word("NaN") || word("Infinity") || word("-Infinity") { return true }
            guard let end = JSONSyntax.numberEnd(bytes, from: position) else { return false }
            position = end
            return true
        }

        private mutating func string() -> Bool {
            guard let end = JSONSyntax.stringEnd(bytes, from: position) else { return false }
            position = end
            return true
        }

        private mutating func object(_ depth: Int) -> Content? {
            position += 1
            var members: [(key: JSONNode, value: JSONNode)] = []
            if take(UInt8(ascii: "}")) { return .object(members) }
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\""), let key = value(depth: depth), take(UInt8(ascii: ":")),
                    let value = value(depth: depth + 1)
                else { return nil }
                members.append((key, value))
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}")) ? .object(members) : nil
        }

        private mutating func array(_ depth: Int) -> Content? {
            position += 1
            var elements: [JSONNode] = []
            if take(UInt8(ascii: "]")) { return .array([]) }
            repeat {
                guard let value = value(depth: depth + 1) else { return nil }
                elements.append(value)
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "]")) ? .array(elements) : nil
        }
    }
}
