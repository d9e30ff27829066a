/// Counts the other nodes of a fleet that lack a file list. A node counts once, however often it was started: two reports that may be of
/// one node count as one. So no list is given up while a node may have it.
struct FleetListCensus: Sendable {
    /// A node that asks this one.
    enum Asker: Hashable, Sendable {
        /// A node with a configured rank.
        case rank(Int)
        /// Any other node: the address of its connection.
        case address(String)
    }

    /// What a node has answered to a question of this one.
    struct Word: Sendable, Equatable {
        var place: FleetClient.Place
        /// The address of the node's connections; nil where it is unknown.
        var address: String?
        /// Nil before it has one.
        var rank: Int?
        /// Keys of the lists that it lacks.
        var lacks: Set<String>
    }

    private struct Record {
        var address: String
        /// The last question.
        var keys: Set<String>
        /// Those of the keys that the node was told that no node has.
        var told: Set<String> = []
    }

    private let size: Int
    private let rank: Int?
    /// This node's own address; other processes of this machine ask from it.
    var ownAddress: String?
    /// The answers of the last round: nodes that did not answer in it may have restarted, elsewhere or with a token.
    var words: [Word] = []
    private var records: [Asker: Record] = [:]

    /// - Parameters:
    ///   - size: of the fleet, this node included.
    ///   - rank: this node's configured rank.
    init(size: Int, rank: Int?) { (self.size, self.rank) = (size, rank) }

    /// - Returns: who asks; nil where it is not counted: another process of this node, or more nodes than the fleet has.
    mutating func note(_ question: FleetListQuestion, from address: String) -> Asker? {
        let valid = question.rank.flatMap { (0..<size).contains($0) ? $0 : nil }
        let asker = valid.map(Asker.rank) ?? .address(address)
        guard valid == nil ? address != ownAddress : valid != rank, records[asker] != nil || records.count < size else { return nil }
        let told = records[asker]?.told ?? []
        records[asker] = Record(address: address, keys: Set(question.keys), told: told)
        return asker
    }

    /// A node was told that no node has these lists.
    mutating func tell(_ asker: Asker, _ keys: Set<String>) { records[asker]?.told.formUnion(keys) }

    /// Whether all nodes that asked for one of these lists were told that no node has it.
    func haveAllBeenTold(_ keys: Set<String>) -> Bool {
        records.values.allSatisfy { $0.keys.intersection(keys).isSubset(of: $0.told) }
    }

    /// Those of the keys that every other node lacks.
    func hopeless(among keys: Set<String>) -> Set<String> { keys.filter { count($0) >= size - 1 } }

    /// How many other nodes lack a list, at least.
    func count(_ key: String) -> Int {
        let asking = records.filter { $0.value.keys.contains(key) }
        let unranked = Set(asking.keys.compactMap { if case .address(let address) = $0 { address } else { nil } })
        let addresses = Set(asking.values.map(\.address))
        let ranks = Set(asking.keys.compactMap { if case .rank(let rank) = $0 { rank } else { nil } })
        var others: Set<Int> = []
        var places: Set<FleetClient.Place> = []
        for word in words where word.lacks.contains(key) {
            // A node that asked before it joined may have another rank now, or none yet.
            if let given = word.rank {
                let isAsker = word.address.map(unranked.contains) ?? !unranked.isEmpty
                if given != rank, !ranks.contains(given), !isAsker { others.insert(given) }
            } else {
                let isAsker = word.address.map(addresses.contains) ?? !addresses.isEmpty
                if !isAsker { places.insert(word.place) }
            }
        }
        return asking.count + others.count + places.count
    }
}
