import FetchTypes
import Server

/// A member's routes: who it is, the bytes of its bundles, and while it coordinates the coordinator's.
actor FleetStation {
    private let secret: FleetSecret
    private let manifest: FleetManifest
    private var gate: RequestGuard
    private var rank: Int?
    private(set) var coordinator: Coordinator?
    /// Bytes of bundles that others were given.
    private(set) var uploaded: Int64 = 0
    private let readBundle: @Sendable (FleetSegment) async -> [UInt8]?

    static let hello = "/fleet/hello"
    static let say = "/fleet/say"
    static let events = "/fleet/events"
    static let bytes = "/fleet/bytes"

    /// - Parameter readBundle: a bundle's bytes; nil where they are not here.
    init(secret: FleetSecret, manifest: FleetManifest, readBundle: @escaping @Sendable (FleetSegment) async -> [UInt8]?) {
        self.secret = secret
        self.manifest = manifest
        self.readBundle = readBundle
        gate = RequestGuard(secret: secret, epoch: "")
    }

    /// From here on another member is followed.
    func follow(epoch: String, rank: Int?) async {
        if epoch != coordinator?.epoch {
            await coordinator?.retire()
            coordinator = nil
        }
        self.rank = rank
        if gate.epoch != epoch { gate = RequestGuard(secret: secret, epoch: epoch) }
    }

    /// From here on this member coordinates.
    func coordinate(_ coordinator: Coordinator, rank: Int?) async {
        await self.coordinator?.retire()
        self.coordinator = coordinator
        self.rank = rank
        gate = RequestGuard(secret: secret, epoch: coordinator.epoch)
    }

    func answer(_ request: ServerRequest) async -> ServerAnswer {
        switch gate.check(request) {
        case .stranger: return ServerAnswer(status: 401)
        case .stale(let code): return RequestGuard.sign(ServerAnswer(status: 409), requestCode: code, secret)
        case .greeting(let code):
            guard request.path == Self.hello else { return RequestGuard.sign(ServerAnswer(status: 409), requestCode: code, secret) }
            let hello = FleetHello(rank: rank, isCoordinator: coordinator != nil, epoch: gate.epoch, digest: manifest.digest)
            return RequestGuard.sign(json(hello), requestCode: code, secret)
        case .member(let node, let code):
            let answer = await route(request, node)
            return RequestGuard.sign(answer, requestCode: code, secret)
        }
    }

    private func json(_ value: some Encodable) -> ServerAnswer {
        ServerAnswer(headers: [("Content-Type", "application/json")], body: FleetJSON.encode(value))
    }

    private func route(_ request: ServerRequest, _ node: String) async -> ServerAnswer {
        switch (request.method, request.path) {
        case ("POST", Self.say):
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

    /// What a bundle's sealed bytes are bound to.
    static func context(of segment: Int, in manifest: FleetManifest) -> String { "\(manifest.digest) \(segment)" }

    private func number(_ name: String, _ request: ServerRequest) -> Int? {
        guard let query = request.query, query.hasPrefix(name + "=") else { return nil }
        return Int(digits: query.dropFirst(name.count + 1))
    }
}
