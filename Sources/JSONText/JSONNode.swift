/// A JSON value as a place in its text (RFC 8259): enough to find what is to be changed, and to leave every other byte alone.
package struct JSONNode: Sendable {
    package enum Content: Sendable {
        /// In the order of the text; a key's range is that of its string.
        case object([(key: JSONNode, value: JSONNode)])
        case array([JSONNode])
        case string
        case number
        case bool(Bool)
        case null
    }

    /// What is JSON.
    package enum Dialect: Sendable {
        /// RFC 8259's, and nothing else.
        case strict
        /// What Python's `json` writes too (`NaN`, `Infinity`, `-Infinity`), and the byte order mark that editors add: notebooks.
        case notebook
    }

    package let content: Content
    /// The bytes of the text that it takes, quotes and brackets included.
    package let range: Range<Int>

    /// - Returns: nil when the bytes are no JSON, or nested deeper than 200 levels.
    package static func parse(_ bytes: [UInt8], _ dialect: Dialect = .strict) -> JSONNode? {
        var parser = JSONParser(bytes, dialect)
        return parser.whole()
    }

    /// Whether a text has more levels of brackets in each other than are read: it is not parsed, though it may be JSON.
    package static func isTooDeep(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > JSONParser.deepest { return true }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\""):
                guard let end = JSONSyntax.stringEnd(bytes, from: position) else { return false }
                position = end
                continue
            default: break
            }
            position += 1
        }
        return false
    }

    package var elements: [JSONNode]? { if case .array(let elements) = content { elements } else { nil } }
    package var isString: Bool { if case .string = content { true } else { false } }

    /// A member of an object: the first of that name.
    package func member(_ name: String, in bytes: [UInt8]) -> JSONNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key.text(in: bytes) == name }?.value
    }

    /// The string's text; nil where it is no string, or none that can be decoded.
    package func text(in bytes: [UInt8]) -> String? {
        isString ? String(json: bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]) : nil
    }
}
