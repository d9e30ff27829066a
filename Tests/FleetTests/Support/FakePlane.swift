import Crypto
import FetchTypes
import Synchronization

@testable import Fleet

/// The simulated origin and network of a test: the bytes fetched from the origin, and the segments of each node.
final class FakeWorld: Sendable {
    struct State {
        /// Bytes that each node fetched from the origin.
        var origin: [Int: Int64] = [:]
        /// Segments that a node offers, with the kind of their bytes, by its data port.
        var offered: [Int: [Int: UInt8]] = [:]
        var nextPort = 1
        /// How many further fetches the origin refuses.
        var refusals = 0
    }
    let state = Mutex(State())
    let manifest: FleetManifest

    init(_ manifest: FleetManifest) { self.manifest = manifest }

    var originBytes: Int64 { state.withLock { $0.origin.values.reduce(0, +) } }

    /// The hashes of a segment's right bytes (kind 0), or of damaged ones.
    func hashes(_ segment: FleetSegment, kind: UInt8) -> PieceHashes {
        if case .bundle(let files) = segment.content {
            return PieceHashes(sha1: files.map { Array(Insecure.SHA1.hash(data: bytes(of: $0, kind: kind))) })!
        }
        return PieceHashes(sha1: (0..<segment.pieces).map { Array(repeating: UInt8($0 % 200) &+ kind, count: 20) })!
    }

    func bytes(of file: Int, kind: UInt8) -> [UInt8] {
        Array(repeating: UInt8(file % 100) &+ kind, count: Int(manifest.files[file].size))
    }
}

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
        /// A segment whose bytes are damaged on its disk once it has obtained them from others.
        var damagesObtained: Int?
        /// The marker in its target folder.
        var mark = ""
        /// Whether the origin does not serve it.
        var isCutOff = false
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

    /// Waits until the file is complete.
    /// - Returns: whether its bytes are right; nil once the fleet has ended.
    func whole(_ file: Int) async -> Bool? {
        while true {
            let answer: Bool?? = state.withLock { state in
                if state.isOver { return .some(nil) }
                let kinds = world.manifest.segments(of: file).map { state.kinds[$0.index] }
                return kinds.contains { $0 == nil } ? nil : .some(kinds.allSatisfy { $0 == 0 })
            }
            if let answer { return answer }
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    let kinds = world.manifest.segments(of: file).map { state.kinds[$0.index] }
                    guard !state.isOver, kinds.contains(where: { $0 == nil }) else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }

    func fetch(_ segment: FleetSegment, report: @escaping @Sendable (Int64) -> Void) async throws -> PieceHashes {
        try await Task.sleep(for: script.fetchTime)
        if script.isCutOff { throw FleetDataFault.originLost(Failure(.server, "the origin is down.")) }
        let isRefused = world.state.withLock { world in
            guard world.refusals > 0 else { return false }
            world.refusals -= 1
            return true
        }
        if isRefused { throw FleetDataFault.refused(retryAfter: 0.1) }
        let port = state.withLock { $0.port }
        world.state.withLock { $0.origin[port, default: 0] += segment.size }
        report(segment.size)
        let kind: UInt8 = script.damages ? 7 : 0
        take(segment, kind: kind)
        return world.hashes(segment, kind: kind)
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
