/// Header fields in the order received; names compare without regard to case (RFC 9110, 5.1).
package struct HTTPHeaders: Sendable {
    package private(set) var fields: [(name: String, value: String)]

    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
    }

    package mutating func append(name: String, value: String) {
        fields.append((name, value))
    }

    /// Replaces every value of that name by one, or by none.
    package mutating func set(_ name: String, to value: String?) {
        let wanted = name.lowercased()
        fields.removeAll { $0.name.lowercased() == wanted }
        if let value { fields.append((name, value)) }
    }

    /// The first value of that name.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return fields.first { $0.name.lowercased() == wanted }?.value
    }

    /// Every value of that name, in order.
    package func all(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return fields.filter { $0.name.lowercased() == wanted }.map(\.value)
    }
}
