import FetchTypes
import Server
import Testing

@testable import Fleet

/// The requests that a member accepts.
@Suite struct RequestAuthenticatorTests {
    private static let node = String(repeating: "a", count: 32)
    private static let epoch = String(repeating: "b", count: 32)

    private func signed(
        _ secret: FleetSecret, epoch: String = Self.epoch, counter: UInt64 = 1, path: String = "/fleet/say", query: String? = nil,
        body: [UInt8] = [1]
    ) -> ServerRequest {
        let stamp = RequestStamp(node: Self.node, epoch: epoch, counter: counter)
        let target = path + (query.map { "?" + $0 } ?? "")
        let code = secret.code("request", over: stamp.signed(method: "POST", target: target, body: body))
        return ServerRequest(
            method: "POST", path: path, query: query,
            headers: [
                (RequestStamp.nodeField, stamp.node), (RequestStamp.epochField, epoch.isEmpty ? "-" : epoch),
                (RequestStamp.counterField, String(counter)), (RequestStamp.codeField, code.hexadecimal),
            ], body: body)
    }

    /// The request with one thing changed.
    private func changed(_ request: ServerRequest, field: String? = nil, to value: String = "", path: String? = nil, body: [UInt8]? = nil)
        -> ServerRequest
    {
        ServerRequest(
            method: request.method, path: path ?? request.path, query: request.query,
            headers: request.headers.map { $0.name == field ? (name: $0.name, value: value) : $0 }, body: body ?? request.body)
    }

    @Test func acceptsEachCounterOnce() throws {
        let secret = try FleetSecret(text: "0123456789abcdef")
        var authenticator = RequestAuthenticator(secret: secret, epoch: Self.epoch)
        let request = signed(secret)
        guard case .member(Self.node, let code) = authenticator.check(request) else { return #expect(Bool(false), "not let in") }
        #expect(authenticator.check(request) == .stale(code: code))
        guard case .member = authenticator.check(signed(secret, counter: 2, query: "since=1")) else {
            return #expect(Bool(false), "not let in")
        }
    }

    @Test func refusesForeignAndChangedRequests() throws {
        let secret = try FleetSecret(text: "0123456789abcdef")
        var authenticator = RequestAuthenticator(secret: secret, epoch: Self.epoch)
        let good = signed(secret)
        let others = String(repeating: "c", count: 32)
        let refused = [
            ServerRequest(method: "POST", path: "/fleet/say", body: [1]),
            signed(try FleetSecret(text: "another secret 123")),
            changed(good, body: [2]), changed(good, path: "/fleet/bytes"),
            changed(good, field: RequestStamp.nodeField, to: others), changed(good, field: RequestStamp.epochField, to: others),
            changed(good, field: RequestStamp.counterField, to: "2"), changed(good, field: RequestStamp.counterField, to: "-1"),
            changed(good, field: RequestStamp.codeField, to: ""),
            changed(good, field: RequestStamp.codeField, to: String(repeating: "0", count: 64)),
            changed(good, field: RequestStamp.nodeField, to: "x"),
        ]
        for request in refused { #expect(authenticator.check(request) == .unauthenticated) }
        // A refused request does not use its counter.
        guard case .member = authenticator.check(good) else { return #expect(Bool(false), "not let in") }
    }

    @Test("A request for lists is accepted once", arguments: [FleetRequestHandler.lists, FleetRequestHandler.listOffers])
    func requestsWithoutAnEpoch(path: String) throws {
        let secret = try FleetSecret(text: "0123456789abcdef")
        var authenticator = RequestAuthenticator(secret: secret, epoch: "")
        let (first, second) = (signed(secret, epoch: "", path: path), signed(secret, epoch: "", counter: 2, path: path))
        guard case .hello(let code) = authenticator.check(first) else { return #expect(Bool(false), "not let in") }
        #expect(authenticator.check(first) == .stale(code: code))
        // Also by a process that follows another coordinator now.
        authenticator.follow(Self.epoch)
        #expect(authenticator.check(first) == .stale(code: code))
        guard case .hello = authenticator.check(second) else { return #expect(Bool(false), "not let in") }
    }

    @Test func aHelloMayBeRepeatedAndCountersOfAnotherEpochAreForgotten() throws {
        let secret = try FleetSecret(text: "0123456789abcdef")
        var authenticator = RequestAuthenticator(secret: secret, epoch: Self.epoch)
        let hello = signed(secret, epoch: "", path: FleetRequestHandler.hello)
        for _ in 0..<2 { guard case .hello = authenticator.check(hello) else { return #expect(Bool(false), "not let in") } }
        let other = String(repeating: "c", count: 32)
        guard case .member = authenticator.check(signed(secret)) else { return #expect(Bool(false), "not let in") }
        authenticator.follow(other)
        guard case .stale = authenticator.check(signed(secret)) else { return #expect(Bool(false), "let in") }
        guard case .member = authenticator.check(signed(secret, epoch: other)) else { return #expect(Bool(false), "not let in") }
    }

    @Test func aNodeThatLacksListsRefusesAnOldEpochWithASignature() async throws {
        let secret = try FleetSecret(text: "0123456789abcdef")
        let listener = FleetListServer(secret: secret, size: 2)
        let question = FleetJSON.encode(FleetListQuestion(keys: ["one"]))
        let lists = FleetRequestHandler.lists
        let asked = signed(secret, epoch: "", counter: 2, path: lists, body: question)
        for (request, status) in [(signed(secret), 409), (asked, 200), (asked, 409)] {
            let answer = await listener.answer(request)
            #expect(answer.status == status)
            let field = try #require(answer.headers.first { $0.name == RequestStamp.codeField }?.value)
            let code = try #require(request.header(RequestStamp.codeField).flatMap { RequestStamp.bytes($0, count: 32) })
            let bytes = RequestStamp.signedAnswer(requestCode: code, status: answer.status, body: answer.body)
            let own = try #require(RequestStamp.bytes(field, count: 32))
            #expect(secret.isValid(own, "answer", over: bytes))
        }
    }

    @Test func anotherEpochIsStaleAndNoneIsAHello() throws {
        let secret = try FleetSecret(text: "0123456789abcdef")
        var authenticator = RequestAuthenticator(secret: secret, epoch: Self.epoch)
        guard case .stale = authenticator.check(signed(secret, epoch: String(repeating: "c", count: 32))) else {
            return #expect(Bool(false))
        }
        guard case .hello = authenticator.check(signed(secret, epoch: "", path: "/fleet/hello")) else { return #expect(Bool(false)) }
    }
}
