import Server

/// The file lists that a node gives to nodes that the source refuses. The texts are opaque here.
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

    func has(_ key: String) -> Bool { keys.contains(key) }

    /// These lists and some that another node has given.
    func adding(_ texts: [String: String]) -> FleetLists {
        FleetLists(keys: keys.union(texts.keys)) { [text] in texts[$0] ?? text($0) }
    }

    /// Writes and seals the answer to a question, outside the caller's actor: the list of a large repo takes a while.
    /// - Parameters:
    ///   - hopeless: keys of lists that no node has.
    ///   - rank: of this node; nil before it has one.
    @concurrent func answer(_ question: FleetListQuestion, hopeless: Set<String>, rank: Int?, _ secret: FleetSecret) async -> ServerAnswer {
        var answer = FleetListAnswer(hopeless: hopeless, rank: rank)
        for key in question.keys where has(key) { answer.lists[key] = text(key) }
        guard let sealed = secret.seal(FleetJSON.encode(answer), context: FleetListAnswer.context) else { return ServerAnswer(status: 500) }
        return ServerAnswer(headers: [("Content-Type", "application/octet-stream")], body: sealed)
    }
}
