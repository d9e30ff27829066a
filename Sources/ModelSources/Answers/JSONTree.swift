import FetchTypes

/// A JSON value as it was written: objects keep their order and numbers their digits, so that what is passed on is what came.
indirect enum JSONTree: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The digits as they stood.
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([Member])

    struct Member: Sendable, Equatable {
        var name: String
        var value: JSONTree
    }

    static func object(_ members: KeyValuePairs<String, JSONTree>) -> JSONTree {
        .object(members.map { Member(name: $0.key, value: $0.value) })
    }

    /// The string, or null.
    static func of(_ text: String?) -> JSONTree { text.map(JSONTree.string) ?? .null }

    /// A member of an object. Setting it keeps its place, or puts it at the end; on anything but an object nothing happens.
    subscript(name: String) -> JSONTree? {
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

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }
    var isNull: Bool { self == .null }

    /// Indented by four spaces, everything outside ASCII escaped: as Python's `json.dumps(…, indent=4)` writes it, which a
    /// reader understands whatever character set it believes in.
    var indented: String {
        var out = ""
        write(to: &out, indent: 0)
        return out
    }

    private func write(to out: inout String, indent: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let digits): out += digits
        case .string(let text): Self.write(text, to: &out)
        case .array(let elements):
            Self.write(elements, "[", "]", to: &out, indent) { $0.write(to: &$1, indent: indent + 4) }
        case .object(let members):
            Self.write(members, "{", "}", to: &out, indent) { member, out in
                Self.write(member.name, to: &out)
                out += ": "
                member.value.write(to: &out, indent: indent + 4)
            }
        }
    }

    private static func write<T>(
        _ items: [T], _ open: String, _ close: String, to out: inout String, _ indent: Int, _ item: (T, inout String) -> Void
    ) {
        guard !items.isEmpty else {
            out += open + close
            return
        }
        out += open
        for (index, value) in items.enumerated() {
            out += (index > 0 ? ",\n" : "\n") + String(repeating: " ", count: indent + 4)
            item(value, &out)
        }
        out += "\n" + String(repeating: " ", count: indent) + close
    }

    private static func write(_ text: String, to out: inout String) { out += "\"\(text.pythonJSON())\"" }
}
