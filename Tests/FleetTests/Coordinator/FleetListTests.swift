import FetchTypes
import Server
import Testing

@testable import Fleet

/// File lists that members give to nodes that cannot join without them.
@Suite struct FleetListTests {
    private let secret: FleetSecret
    private let manifest: FleetManifest
    private let lists = FleetLists(keys: ["one", "two"]) { "the list \($0)" }

    init() throws {
        secret = try FleetSecret(text: "a secret of the tests")
        manifest = try FleetManifest(files: [FleetFile(name: "0", size: 1 << 20, sha256: nil)], members: 2)
    }

    private func settings(_ port: Int, size: Int = 2, rank: Int? = nil) -> FleetSettings {
        var settings = FleetSettings(
            roster: FleetRoster(size: size, rank: rank, hosts: ["127.0.0.1"], port: port, isOpen: true), userAgent: "test")
        settings.linger = .zero
        settings.joinTimeout = .seconds(1)
        return settings
    }

    private func withMember(_ body: (Int) async throws -> Void) async throws {
        let handler = FleetRequestHandler(secret: secret, manifest: manifest, lists: lists, readBundle: { _ in nil })
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { await handler.answer($0) }
        try await body(server.port)
        await server.stop()
    }

    @Test(.timeLimit(.minutes(1))) func aMemberGivesTheListsThatItHas() async throws {
        try await withMember { port in
            let found = try await FleetListSearch(settings(port, rank: 1), secret: secret).run(["two"])
            #expect(found == ["two": "the list two"])
            // The only other node lacks it: none is awaited.
            let some = try await FleetListSearch(settings(port, rank: 1), secret: secret).run(["one", "three"])
            #expect(some == ["one": "the list one"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func anotherSecretGetsNothing() async throws {
        try await withMember { port in
            let stranger = FleetListSearch(settings(port, rank: 1), secret: try FleetSecret(text: "another secret 123"))
            let failure = try await #require(throws: Failure.self) { try await stranger.run(["one"]) }
            #expect(failure.code == .notAllowed)
        }
        let question = Array(#"{"keys":["one"]}"#.utf8)
        let handler = FleetRequestHandler(secret: secret, manifest: manifest, lists: lists, readBundle: { _ in nil })
        let listener = FleetListServer(secret: secret, size: 2)
        for path in [FleetRequestHandler.lists, FleetRequestHandler.listOffers, FleetRequestHandler.hello] {
            let request = ServerRequest(method: "POST", path: path, headers: [], body: question)
            #expect(await handler.answer(request).status == 401)
            #expect(await listener.answer(request).status == 401)
        }
        #expect(await listener.hopeless(among: ["one"]).isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func theListIsSealed() async throws {
        let handler = FleetRequestHandler(secret: secret, manifest: manifest, lists: lists, readBundle: { _ in nil })
        let seen = Seen()
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { request in
            let answer = await handler.answer(request)
            await seen.add(answer.body)
            return answer
        }
        _ = try await FleetListSearch(settings(server.port, rank: 1), secret: secret).run(["one"])
        await server.stop()
        for body in await seen.bodies { #expect(!String(decoding: body, as: UTF8.self).contains("the list")) }
        #expect(await !seen.bodies.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func aMemberTellsTheNodeAtTheFleetsAddressWhereItIs() async throws {
        let port = try await FleetMemberTests.freePort()
        try await withMember { own in
            var slow = settings(port)
            slow.joinTimeout = .seconds(30)
            let search = FleetListSearch(slow, secret: secret)
            async let found = search.run(["one"])
            let client = FleetClient(secret: secret, userAgent: "test")
            defer { client.shutDown() }
            let place = FleetClient.Place(host: "127.0.0.1", port: port)
            while (try? await client.hello(place))?.wantsLists != true { try await Task.sleep(for: .milliseconds(20)) }
            try await client.offerLists(at: FleetClient.Place(host: "127.0.0.1", port: own), to: place)
            #expect(try await found == ["one": "the list one"])
        }
    }

    @Test(.timeLimit(.minutes(1))) func whereAllNodesAskNoneIsAwaited() async throws {
        let port = try await FleetMemberTests.freePort()
        let started = ContinuousClock.now
        let secret = secret
        try await withThrowingTaskGroup(of: [String: String].self) { group in
            for rank in 0..<3 {
                var settings = settings(port, size: 3, rank: rank)
                settings.joinTimeout = .seconds(50)
                let search = FleetListSearch(settings, secret: secret)
                group.addTask { try await search.run(["one"]) }
            }
            for try await found in group { #expect(found.isEmpty) }
        }
        #expect(ContinuousClock.now - started < .seconds(45))
    }

    private actor Seen {
        private(set) var bodies: [[UInt8]] = []
        func add(_ body: [UInt8]) { bodies.append(body) }
    }
}
