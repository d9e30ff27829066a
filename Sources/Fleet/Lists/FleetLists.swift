/// The file lists that a member gives to members to which the source does not give them. The texts are opaque here.
package struct FleetLists: Sendable {
    /// A key says which list it is. Only holders of the fleet's secret can compute it.
    private let keys: Set<String>
    private let text: @Sendable (_ key: String) -> String?

    /// - Parameters:
    ///   - keys: of the lists that there are.
    ///   - text: writes a list when it is asked for; nil where it cannot.
    package init(keys: Set<String>, text: @escaping @Sendable (_ key: String) -> String?) {
        (self.keys, self.text) = (keys, text)
    }

    package static let none = FleetLists(keys: []) { _ in nil }

    var isEmpty: Bool { keys.isEmpty }

    /// The lists of these keys that there are.
    func texts(of wanted: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for key in wanted where keys.contains(key) { found[key] = text(key) }
        return found
    }
}

/// A question for file lists.
struct FleetListQuestion: Codable, Sendable, Equatable {
    var keys: [String]

    /// The maximum number of keys; one for each reference of a command.
    static let most = 10_000
}

/// The answer to a question for file lists. It is sent sealed.
struct FleetListAnswer: Codable, Sendable, Equatable {
    var lists: [String: String] = [:]
    /// All members ask for it: none has it.
    var isHopeless = false

    /// The authenticated context of the sealed bytes.
    static let context = "file lists"
    /// The maximum bytes of an answer.
    static let mostBytes = 256 << 20
}
