import FetchTypes
import Server

/// Answers the requests of other members: who this one is, the bytes of its bundles, and the coordinator's routes while it coordinates.
actor FleetRequestHandler {
    private let secret: FleetSecret
    private let manifest: FleetManifest
    private var gate: RequestAuthenticator
    private var rank: Int?
    /// The coordinator that this member has joined.
    private var leader: FleetClient.Place?
    private(set) var coordinator: Coordinator?
    /// Bytes of bundles sent to other members.
    private(set) var uploaded: Int64 = 0
    private let fileLists: FleetLists
    private let readBundle: @Sendable (FleetSegment) async -> [UInt8]?

    static let hello = "/fleet/hello"
    static let messages = "/fleet/say"
    static let events = "/fleet/events"
    static let bytes = "/fleet/bytes"
    static let lists = "/fleet/lists"
    static let listOffers = "/fleet/list-offers"

    /// - Parameters:
    ///   - lists: file lists for nodes that the source refuses.
    ///   - readBundle: gives a bundle's bytes; nil where this member lacks them.
    init(
        secret: FleetSecret, manifest: FleetManifest, lists: FleetLists = .none,
        readBundle: @escaping @Sendable (FleetSegment) async -> [UInt8]?
    ) {
        self.secret = secret
        fileLists = lists
        self.manifest = manifest
        self.readBundle = readBundle
        gate = RequestAuthenticator(secret: secret, epoch: "")
    }

    /// Follows another coordinator from now on.
    /// - Parameter leader: its place, once it has accepted this member; members that join are told.
    func follow(epoch: String, rank: Int?, leader: FleetClient.Place? = nil) async {
        if epoch != coordinator?.epoch {
            await coordinator?.retire()
            coordinator = nil
        }
        self.rank = rank
        self.leader = leader
        gate.follow(epoch)
    }

    /// Makes this member the coordinator.
    func coordinate(_ coordinator: Coordinator, rank: Int?) async {
        await self.coordinator?.retire()
        self.coordinator = coordinator
        self.rank = rank
        gate.follow(coordinator.epoch)
    }

    func answer(_ request: ServerRequest) async -> ServerAnswer {
        switch gate.check(request) {
        case .unauthenticated: return ServerAnswer(status: 401)
        case .stale(let code): return RequestAuthenticator.sign(ServerAnswer(status: 409), requestCode: code, secret)
        case .hello(let code): return RequestAuthenticator.sign(await answerBeforeJoining(request), requestCode: code, secret)
        case .member(let node, let code):
            let answer = await route(request, node)
            return RequestAuthenticator.sign(answer, requestCode: code, secret)
        }
    }

    /// Answers a node that has not joined.
    private func answerBeforeJoining(_ request: ServerRequest) async -> ServerAnswer {
        switch request.path {
        case Self.hello:
            return json(
                FleetHello(
                    rank: rank, isCoordinator: coordinator != nil, epoch: gate.epoch, digest: manifest.digest,
                    leader: coordinator == nil ? leader : nil))
        case Self.lists:
            guard let question = FleetListQuestion.read(request.body) else { return ServerAnswer(status: 400) }
            return await fileLists.answer(question, hopeless: [], rank: rank, secret)
        default: return ServerAnswer(status: 409)
        }
    }

    private func json(_ value: some Encodable) -> ServerAnswer {
        ServerAnswer(headers: [("Content-Type", "application/json")], body: FleetJSON.encode(value))
    }

    private func route(_ request: ServerRequest, _ node: String) async -> ServerAnswer {
        switch (request.method, request.path) {
        case ("POST", Self.messages):
            guard let coordinator else { return ServerAnswer(status: 421) }
            guard let message = FleetJSON.decode(FleetMessage.self, request.body) else { return json(FleetReply.malformed) }
            return json(await coordinator.handle(message, from: node))
        case ("GET", Self.events):
            guard let coordinator else { return ServerAnswer(status: 421) }
            guard let since = number("since", request) else { return ServerAnswer(status: 400) }
            return json(await coordinator.events(since: since, for: node))
        case ("GET", Self.bytes): return await bundle(request)
        default: return ServerAnswer(status: 404)
        }
    }

    private func bundle(_ request: ServerRequest) async -> ServerAnswer {
        guard let index = number("segment", request), manifest.segments.indices.contains(index), manifest.segments[index].isBundle,
            let bytes = await readBundle(manifest.segments[index]),
            let sealed = secret.seal(bytes, context: Self.context(of: index, in: manifest))
        else { return ServerAnswer(status: 404) }
        uploaded += Int64(bytes.count)
        return ServerAnswer(headers: [("Content-Type", "application/octet-stream")], body: sealed)
    }

    /// The authenticated context of a bundle's sealed bytes.
    static func context(of segment: Int, in manifest: FleetManifest) -> String { "\(manifest.digest) \(segment)" }

    private func number(_ name: String, _ request: ServerRequest) -> Int? {
        guard let query = request.query, query.hasPrefix(name + "=") else { return nil }
        return Int(digits: query.dropFirst(name.count + 1))
    }
}
