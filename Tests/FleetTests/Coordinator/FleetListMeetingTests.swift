import FetchTypes
import Server
import Testing

@testable import Fleet

/// Several nodes that ask each other for file lists.
@Suite struct FleetListMeetingTests {
    private let secret: FleetSecret
    private let manifest: FleetManifest

    init() throws {
        secret = try FleetSecret(text: "a secret of the tests")
        manifest = try FleetManifest(files: [FleetFile(name: "0", size: 1 << 20, sha256: nil)], members: 2)
    }

    /// A node of an open fleet at `127.0.0.1`, or of one whose roster names three hosts.
    private func settings(_ port: Int, rank: Int, size: Int = 3, isOpen: Bool) -> FleetSettings {
        let hosts = isOpen ? ["127.0.0.1"] : ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
        var settings = FleetSettings(
            roster: FleetRoster(size: size, rank: rank, hosts: hosts, port: port, isOpen: isOpen), userAgent: "test")
        settings.linger = .zero
        settings.joinTimeout = .seconds(50)
        if !isOpen { settings.interface = hosts[rank] }
        return settings
    }

    private func lists(_ keys: String...) -> FleetLists { FleetLists(keys: Set(keys)) { "the list \($0)" } }

    private func member(_ lists: FleetLists, host: String, port: Int) async throws -> HTTPServer {
        let handler = FleetRequestHandler(secret: secret, manifest: manifest, lists: lists, readBundle: { _ in nil })
        return try await HTTPServer.start(host: host, port: port) { await handler.answer($0) }
    }

    @Test(.timeLimit(.minutes(1))) func everyListCountsForItself() async throws {
        let listener = FleetListServer(secret: secret, size: 3, rank: 0)
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { await listener.answer($0) }
        let client = FleetClient(secret: secret, userAgent: "test")
        defer { client.shutDown() }
        let place = FleetClient.Place(host: "127.0.0.1", port: server.port)
        let questions: [([String], Int, Set<String>)] = [
            (["one"], 1, []), (["one"], 1, []), (["two"], 2, []), (["two", "one"], 2, ["one"]),
        ]
        for (keys, rank, hopeless) in questions {
            let answer = try await client.lists(FleetListQuestion(keys: keys, rank: rank), from: place)
            #expect(answer == FleetListAnswer(lists: [:], hopeless: hopeless, rank: 0))
        }
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func twoNodesThatLackEachOthersListHelpEachOther() async throws {
        let port = try await FleetMemberTests.freePort()
        let (first, second) = (settings(port, rank: 0, size: 2, isOpen: true), settings(port, rank: 1, size: 2, isOpen: true))
        async let two = FleetListSearch(first, secret: secret).run(["two"], having: lists("one"))
        #expect(try await FleetListSearch(second, secret: secret).run(["one"], having: lists("two")) == ["one": "the list one"])
        // The second node has all that it needs, and takes part in the fleet.
        let member = try await member(lists("one", "two"), host: "127.0.0.1", port: 0)
        let client = FleetClient(secret: secret, userAgent: "test")
        defer { client.shutDown() }
        try await client.offerLists(
            at: FleetClient.Place(host: "127.0.0.1", port: member.port), to: FleetClient.Place(host: "127.0.0.1", port: port))
        #expect(try await two == ["two": "the list two"])
        await member.stop()
    }

    @Test(.timeLimit(.minutes(1))) func nodesThatTheRosterNamesHelpEachOther() async throws {
        let port = try await FleetMemberTests.freePort()
        let own = ["one", "two", "three"]
        let secret = secret
        var members: [HTTPServer] = []
        try await withThrowingTaskGroup(of: (Int, [String: String]).self) { group in
            for rank in 0..<3 {
                let (search, lists) = (FleetListSearch(settings(port, rank: rank, isOpen: false), secret: secret), lists(own[rank]))
                group.addTask { (rank, try await search.run(Set(own).subtracting([own[rank]]), having: lists)) }
            }
            for try await (rank, found) in group {
                #expect(found.count == 2 && found.allSatisfy { $0.value == "the list \($0.key)" && $0.key != own[rank] })
                members.append(try await member(lists("one", "two", "three"), host: "127.0.0.\(rank + 1)", port: port))
            }
        }
        for member in members { await member.stop() }
    }

    @Test(.timeLimit(.minutes(1))) func aSearchEndsWhereEveryMemberLacksTheList() async throws {
        let port = try await FleetMemberTests.freePort()
        let members = [
            try await member(lists("one"), host: "127.0.0.2", port: port),
            try await member(lists("one", "two"), host: "127.0.0.3", port: port),
        ]
        let started = ContinuousClock.now
        let found = try await FleetListSearch(settings(port, rank: 0, isOpen: false), secret: secret).run(["one", "two", "three"])
        #expect(Set(found.keys) == ["one", "two"])
        #expect(ContinuousClock.now - started < .seconds(45))
        for member in members { await member.stop() }
    }

    @Test(.timeLimit(.minutes(1))) func aSilentNodeDoesNotDelayTheOthers() async throws {
        let port = try await FleetMemberTests.freePort()
        let member = try await member(lists("one"), host: "127.0.0.2", port: port)
        let silent = try await HTTPServer.start(host: "127.0.0.3", port: port) { _ in
            try? await Task.sleep(for: .seconds(600))
            return ServerAnswer(status: 404)
        }
        let started = ContinuousClock.now
        let search = FleetListSearch(settings(port, rank: 0, isOpen: false), secret: secret)
        #expect(try await search.run(["one"]) == ["one": "the list one"])
        // Every request for a list may take 30 s.
        #expect(ContinuousClock.now - started < .seconds(25))
        await silent.stop()
        await member.stop()
    }
}
