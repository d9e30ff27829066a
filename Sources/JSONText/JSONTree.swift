import FetchTypes

/// A JSON value as it was written: objects keep their order and numbers their digits, so that what is passed on is what came, and
/// what is written has its fields in one order (RFC 8259).
package enum JSONTree: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number's digits as they are in the text.
    case digits(String)
    case string(String)
    case array([JSONTree])
    case object([Member])

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONTree

        package init(name: String, value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// - Returns: nil when the bytes are no JSON, nested deeper than 200 levels, or hold a string that is no text.
    package init?(_ bytes: [UInt8]) {
        guard let node = JSONNode.parse(bytes) else { return nil }
        self.init(node, in: bytes)
    }

    private init?(_ node: JSONNode, in bytes: [UInt8]) {
        switch node.content {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number: self = .digits(String(decoding: bytes[node.range], as: UTF8.self))
        case .string:
            guard let text = node.text(in: bytes) else { return nil }
            self = .string(text)
        case .array(let nodes):
            var elements: [JSONTree] = []
            for node in nodes {
                guard let element = JSONTree(node, in: bytes) else { return nil }
                elements.append(element)
            }
            self = .array(elements)
        case .object(let nodes):
            var members: [Member] = []
            for (key, value) in nodes {
                guard let name = key.text(in: bytes), let value = JSONTree(value, in: bytes) else { return nil }
                members.append(Member(name: name, value: value))
            }
            self = .object(members)
        }
    }

    // MARK: reading

    /// A member of an object: the first of that name. Setting it keeps its place, or puts it at the end; on anything but an object
    /// nothing happens.
    package subscript(name: String) -> JSONTree? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.name == name }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            if let index = members.firstIndex(where: { $0.name == name }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(name: name, value: newValue))
            }
            self = .object(members)
        }
    }

    package var text: String? { if case .string(let text) = self { text } else { nil } }
    package var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }
    package var isNull: Bool { self == .null }

    // MARK: writing

    package static func object(_ fields: [(String, JSONTree)]) -> JSONTree {
        .object(fields.map { Member(name: $0.0, value: $0.1) })
    }

    package static func integer(_ value: Int64) -> JSONTree { .digits(String(value)) }

    /// A finite number; one without a fraction is written as an integer.
    package static func number(_ value: Double) -> JSONTree {
        .digits(value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value))
    }

    package static func of(_ value: String?) -> JSONTree { value.map(JSONTree.string) ?? .null }
    package static func of(_ value: Int64?) -> JSONTree { value.map(JSONTree.integer) ?? .null }
    package static func of(_ value: Bool?) -> JSONTree { value.map(JSONTree.bool) ?? .null }
    /// Rounded to thousandths; a number that JSON cannot hold is null.
    package static func of(_ value: Double?) -> JSONTree {
        value.flatMap { $0.isFinite ? .number(($0 * 1000).rounded() / 1000) : nil } ?? .null
    }
    /// A sentence for people, which may quote untrusted text.
    package static func words(_ text: String) -> JSONTree { .string(ForeignText(text).description) }
}

extension JSONTree: ExpressibleByDictionaryLiteral {
    /// An object with its members in this order.
    package init(dictionaryLiteral elements: (String, JSONTree)...) { self = .object(elements) }
}
