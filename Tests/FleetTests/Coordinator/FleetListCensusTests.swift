import Testing

@testable import Fleet

/// How many nodes lack a file list. The fleet has four.
@Suite struct FleetListCensusTests {
    /// A question of another node, by its rank and the address of its connection.
    struct Asked: Sendable {
        var rank: Int?
        var address = "10.0.0.9"
        var key = "one"
    }

    /// The answer of another node that lacks a list.
    struct Lacks: Sendable {
        var rank: Int?
        var address: String?
        var port = 1
        var key = "one"

        var word: FleetListCensus.Word {
            FleetListCensus.Word(place: FleetClient.Place(host: "h", port: port), address: address, rank: rank, lacks: [key])
        }
    }

    @Test(
        "A node counts once",
        arguments: [
            ([], [], 0),
            // A restarted node has its rank again.
            ([Asked(rank: 1), Asked(rank: 1)], [], 1), ([Asked(rank: 1), Asked(rank: 2), Asked(rank: 3)], [], 3),
            // A node without a rank has its address again.
            ([Asked(address: "10.0.0.1"), Asked(address: "10.0.0.1")], [], 1),
            ([Asked(address: "10.0.0.1"), Asked(address: "10.0.0.2")], [], 2), ([Asked(rank: 1), Asked()], [], 2),
            // Another process of this node, and a rank that the fleet does not have.
            ([Asked(rank: 0), Asked(address: "10.0.0.100")], [], 0), ([Asked(rank: 4), Asked(rank: -1)], [], 1),
            // Other lists do not count.
            ([Asked(rank: 1, key: "two"), Asked(rank: 2)], [], 1), ([Asked(rank: 1), Asked(rank: 1, key: "two")], [], 0),
            // Members that lack it count as well.
            ([], [Lacks(rank: 1), Lacks(rank: 2), Lacks(rank: 3)], 3), ([], [Lacks(rank: 1), Lacks(rank: 1, port: 2)], 1),
            ([], [Lacks(port: 1), Lacks(port: 2)], 2), ([], [Lacks(rank: 0)], 0), ([], [Lacks(rank: 1, key: "two")], 0),
            // A member that may have asked before it joined.
            ([Asked(rank: 1)], [Lacks(rank: 1)], 1), ([Asked(rank: 1)], [Lacks(rank: 2)], 2),
            ([Asked(rank: 1)], [Lacks(address: "10.0.0.9")], 1), ([Asked(rank: 1)], [Lacks(address: "10.0.0.8")], 2),
            ([Asked(rank: 1)], [Lacks()], 1), ([Asked()], [Lacks(rank: 1)], 1), ([Asked()], [Lacks(rank: 1, address: "10.0.0.9")], 1),
            ([Asked()], [Lacks(rank: 1, address: "10.0.0.8")], 2),
        ] as [([Asked], [Lacks], Int)])
    func counts(asked: [Asked], lacks: [Lacks], count: Int) {
        var census = FleetListCensus(size: 4, rank: 0)
        census.ownAddress = "10.0.0.100"
        for it in asked { _ = census.note(FleetListQuestion(keys: [it.key], rank: it.rank), from: it.address) }
        census.words = lacks.map(\.word)
        #expect(census.count("one") == count)
        #expect(census.hopeless(among: ["one", "three"]) == (count == 3 ? ["one"] : []))
    }

    @Test func allAreToldOfEachListThatTheyWant() throws {
        var census = FleetListCensus(size: 3, rank: nil)
        #expect(census.haveAllBeenTold(["one"]))
        let asker = census.note(FleetListQuestion(keys: ["one", "two"], rank: 1), from: "a")
        let one = try #require(asker)
        _ = census.note(FleetListQuestion(keys: ["two"], rank: 2), from: "b")
        #expect(!census.haveAllBeenTold(["one"]))
        census.tell(one, ["one"])
        #expect(census.haveAllBeenTold(["one"]) && !census.haveAllBeenTold(["one", "two"]))
    }
}
