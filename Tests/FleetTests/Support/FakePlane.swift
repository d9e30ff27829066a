import FetchTypes
import Synchronization

@testable import Fleet

/// A node of ``FakeWorld``: it fetches and obtains at once, or follows its script.
final class FakePlane: FleetDataPlane {
    struct Script: Sendable {
        /// How long each fetch from the origin takes.
        var fetchTime = Duration.milliseconds(1)
        /// Whether it has no aria2c.
        var hasNoAria2 = false
        /// Whether it cannot exchange bytes with others, although it has an aria2c.
        var hasNoPeers = false
        /// Whether no byte arrives from others.
        var isDeaf = false
        /// Whether fetched bytes are damaged before they are hashed.
        var damages = false
        /// Whether the pieces that it samples are damaged. Other bytes that it fetches are right.
        var damagesSamples = false
        /// A segment whose bytes are damaged on its disk once it has obtained them from others.
        var damagesObtained: Int?
        /// The marker in its target folder.
        var mark = ""
        /// Whether the origin does not serve it.
        var isCutOff = false
        /// Whether the origin gives it nothing because it lacks a token.
        var isRefused = false
    }

    private struct State {
        var kinds: [Int: UInt8] = [:]
        var port = 0
        var downloaded: Int64 = 0
        /// The segments that it has obtained from others at some time.
        var obtained: Set<Int> = []
        var uploaded: Int64 = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isOver = false
        var givenUp: [Int: Failure] = [:]
    }
    private let state = Mutex(State())
    let world: FakeWorld
    let script: Script

    init(_ world: FakeWorld, _ script: Script = Script()) {
        self.world = world
        self.script = script
    }

    let isLimited = false

    func start(interface: String, rank: Int?) async throws -> Int {
        if script.hasNoAria2 { return 0 }
        let port = world.state.withLock { world in
            world.nextPort += 1
            return world.nextPort
        }
        state.withLock { $0.port = port }
        return port
    }

    /// Its data port; 0 before it listens.
    var port: Int { state.withLock { $0.port } }

    /// Its complete segments, with the kind of their bytes.
    var kinds: [Int: UInt8] { state.withLock { $0.kinds } }

    private func take(_ segment: FleetSegment, kind: UInt8) {
        let waiting = state.withLock { state in
            state.kinds[segment.index] = kind
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The files that were given up.
    var givenUp: [Int: Failure] { state.withLock { $0.givenUp } }

    func giveUp(_ file: Int, _ failure: Failure) async {
        let waiting = state.withLock { state in
            state.givenUp[file] = failure
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until the file is complete.
    /// - Returns: whether its bytes are right; nil once the fleet has ended.
    func whole(_ file: Int) async -> Bool? {
        while true {
            let answer: Bool?? = state.withLock { state in
                if state.isOver || state.givenUp[file] != nil { return .some(nil) }
                let kinds = world.manifest.segments(of: file).map { state.kinds[$0.index] }
                return kinds.contains { $0 == nil } ? nil : .some(kinds.allSatisfy { $0 == 0 })
            }
            if let answer { return answer }
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    let kinds = world.manifest.segments(of: file).map { state.kinds[$0.index] }
                    guard !state.isOver, state.givenUp[file] == nil, kinds.contains(where: { $0 == nil }) else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }

    func fetch(_ segment: FleetSegment, report: @escaping @Sendable (Int64) -> Void) async throws -> PieceHashes {
        try await Task.sleep(for: script.fetchTime)
        if script.isRefused { throw FleetDataFault.originLost(Failure(.gated, "the repo is gated.", why: "no token was sent.")) }
        if script.isCutOff { throw FleetDataFault.originLost(Failure(.server, "the origin is down.")) }
        let isRateLimited = world.state.withLock { world in
            guard world.rateLimits > 0 else { return false }
            world.rateLimits -= 1
            return true
        }
        if isRateLimited { throw FleetDataFault.rateLimited(retryAfter: 0.1) }
        let port = state.withLock { $0.port }
        world.state.withLock { $0.origin[port, default: 0] += segment.size }
        report(segment.size)
        let kind: UInt8 = script.damages ? 7 : 0
        take(segment, kind: kind)
        return world.hashes(segment, kind: kind)
    }

    func sample(_ segment: FleetSegment, piece: Int, report: @escaping @Sendable (Int64) -> Void) async throws -> [UInt8] {
        try await Task.sleep(for: script.fetchTime)
        if script.isCutOff { throw FleetDataFault.originLost(Failure(.server, "the origin is down.")) }
        guard let bytes = world.manifest.bytes(of: piece, in: segment) else { throw FleetDataFault.noPeers }
        let port = state.withLock { $0.port }
        world.state.withLock { world in
            world.origin[port, default: 0] += Int64(bytes.count)
            world.samples += 1
        }
        report(Int64(bytes.count))
        return world.hashes(segment, kind: script.damages || script.damagesSamples ? 7 : 0).sha1[piece]
    }

    func offer(_ segment: FleetSegment, _ hashes: PieceHashes) async {
        let (port, kind) = state.withLock { ($0.port, $0.kinds[segment.index] ?? 0) }
        world.state.withLock { $0.offered[port, default: [:]][segment.index] = kind }
    }

    func obtain(
        _ segment: FleetSegment, _ hashes: PieceHashes, from owners: [FleetPeer], report: @escaping @Sendable (Int64) -> Void
    ) async throws {
        if script.hasNoPeers { throw FleetDataFault.noPeers }
        while true {
            try Task.checkCancellation()
            let kind =
                script.isDeaf
                ? nil
                : world.state.withLock { world in
                    owners.compactMap { world.offered[$0.dataPort]?[segment.index] }.first
                }
            if let kind, world.hashes(segment, kind: kind) == hashes {
                report(segment.size)
                let isFirst = state.withLock { state in
                    state.downloaded += segment.size
                    return state.obtained.insert(segment.index).inserted
                }
                return take(segment, kind: isFirst && segment.index == script.damagesObtained ? 7 : kind)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func peersChanged(_ peers: [FleetPeer]) async {}

    func read(_ bundle: FleetSegment) async throws -> [UInt8] {
        guard let kind = kinds[bundle.index] else { throw FleetDataFault.noPeers }
        return bundle.files.flatMap { world.bytes(of: $0, kind: kind) }
    }

    func write(_ bundle: FleetSegment, _ bytes: [UInt8]) async throws { take(bundle, kind: 0) }

    func damaged(of segments: [(FleetSegment, PieceHashes)]) async -> [FleetSegment] {
        let kinds = kinds
        return segments.filter { segment, hashes in
            kinds[segment.index].map { world.hashes(segment, kind: $0) != hashes } ?? false
        }.map(\.0)
    }

    func discard(_ segments: [FleetSegment]) async {
        let port = state.withLock { state in
            for segment in segments { state.kinds[segment.index] = nil }
            return state.port
        }
        world.state.withLock { world in for segment in segments { world.offered[port]?[segment.index] = nil } }
    }

    var mark: String { script.mark }

    func hasMark(_ mark: String) -> Bool { !mark.isEmpty && mark == script.mark }

    func measure() async {}

    var traffic: FleetTraffic { get async { state.withLock { FleetTraffic(uploaded: $0.uploaded, downloaded: $0.downloaded) } } }

    func stop() async {
        let port = state.withLock { $0.port }
        world.state.withLock { $0.offered[port] = nil }
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
