/// Reads a JSON text into the places of its values.
struct JSONParser {
    private let bytes: [UInt8]
    private let dialect: JSONNode.Dialect
    private var position = 0

    /// Levels of brackets in each other: what is deeper is no document that we have to do with, and recursion has an end.
    static let deepest = 200

    init(_ bytes: [UInt8], _ dialect: JSONNode.Dialect) {
        self.bytes = bytes
        self.dialect = dialect
        if dialect == .notebook, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The text's one value, with nothing behind it.
    mutating func whole() -> JSONNode? {
        guard let node = value(depth: 0) else { return nil }
        skipSpace()
        return position == bytes.count ? node : nil
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) -> JSONNode? {
        skipSpace()
        guard depth < Self.deepest, let first = next else { return nil }
        let start = position
        let content: JSONNode.Content?
        switch first {
        case UInt8(ascii: "{"): content = object(depth)
        case UInt8(ascii: "["): content = array(depth)
        case UInt8(ascii: "\""): content = string() ? .string : nil
        case UInt8(ascii: "t"): content = word("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): content = word("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): content = word("null") ? .null : nil
        default: content = number() ? .number : nil
        }
        return content.map { JSONNode(content: $0, range: start..<position) }
    }

    private mutating func word(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func number() -> Bool {
        if dialect == .notebook, word("NaN") || word("Infinity") || word("-Infinity") { return true }
        guard let end = JSONSyntax.numberEnd(bytes, from: position) else { return false }
        position = end
        return true
    }

    private mutating func string() -> Bool {
        guard let end = JSONSyntax.stringEnd(bytes, from: position) else { return false }
        position = end
        return true
    }

    private mutating func object(_ depth: Int) -> JSONNode.Content? {
        position += 1
        var members: [(key: JSONNode, value: JSONNode)] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\""), let key = value(depth: depth), take(UInt8(ascii: ":")), let value = value(depth: depth + 1)
            else { return nil }
            members.append((key, value))
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}")) ? .object(members) : nil
    }

    private mutating func array(_ depth: Int) -> JSONNode.Content? {
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
