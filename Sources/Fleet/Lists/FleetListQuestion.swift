/// A question for file lists.
struct FleetListQuestion: Codable, Sendable, Equatable {
    var keys: [String]
    /// The configured rank of the node that asks; nil: it has none.
    var rank: Int?

    /// The maximum number of keys; one for each reference of a command.
    static let most = 10_000

    /// - Returns: nil where the bytes are no question.
    static func read(_ bytes: [UInt8]) -> FleetListQuestion? {
        FleetJSON.decode(FleetListQuestion.self, bytes).flatMap { $0.keys.count <= most ? $0 : nil }
    }
}
