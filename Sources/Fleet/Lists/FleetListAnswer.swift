/// The answer to a question for file lists. It is sent sealed.
struct FleetListAnswer: Codable, Sendable, Equatable {
    /// The lists by key. The answering node lacks those that were asked for and are not here.
    var lists: [String: String] = [:]
    /// Keys of lists that no node of the fleet has.
    var hopeless: Set<String> = []
    /// The rank of the answering node; nil before it has one.
    var rank: Int?

    /// The authenticated context of the sealed bytes.
    static let context = "file lists"
    /// The maximum bytes of an answer.
    static let mostBytes = 256 << 20
}
