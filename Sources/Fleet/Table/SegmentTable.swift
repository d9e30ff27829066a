/// The coordinator's state machine: the members, the claims, the complete segments and the excluded members. Pure: it takes messages and
/// the time, and returns replies and events.
///
/// Members repeat all of its state when they join, so a new coordinator starts with an empty table.
struct SegmentTable: Sendable {
    let manifest: FleetManifest
    var nodes: [Int: FleetNode] = [:]
    var entries: [SegmentEntry]
    var files: [FileEntry]
    var allowance: OriginAllowance
    /// The samples of wrong files that are not decided.
    var samples: [PieceSample] = []
    /// Chooses the pieces that are sampled.
    var random: any RandomNumberGenerator & Sendable
    /// All events; the first one has number 0.
    var events: [FleetEvent] = []
    private(set) var isAllDone = false
    /// When the next claim is granted: before that, members report what they got under another coordinator.
    private var claimsOpenAt = Duration.zero

    /// How often a file may be wrong before it is given up.
    static let rounds = 3

    /// The members of another coordinator come to this one within this time.
    static let claimPause = Duration.milliseconds(1500)

    /// - Parameter random: chooses the pieces that are sampled; the members must not know it.
    init(manifest: FleetManifest, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.manifest = manifest
        self.random = random
        entries = Array(repeating: SegmentEntry(), count: manifest.segments.count)
        files = manifest.files.map { FileEntry(sha256: $0.sha256, isPublished: $0.sha256 != nil) }
        allowance = OriginAllowance(members: manifest.members)
    }

    /// - Parameters:
    ///   - process: the sender's random name, which its code proves.
    ///   - now: the time on a monotonic clock.
    mutating func handle(_ message: FleetMessage, from process: String, now: Duration) -> FleetReply {
        tick(now: now)
        defer { settleAllDone() }
        if case .join(let join) = message { return self.join(join, process, now) }
        guard let rank = nodes.values.first(where: { $0.process == process && $0.isAlive })?.rank else { return .unknown }
        nodes[rank]?.lastHeard = now
        switch message {
        case .join: return .malformed
        case .claim(let files): return now < claimsOpenAt ? .claimed(segment: nil) : claim(Set(files), rank, now)
        case .renew(let held, let checking, let counts):
            nodes[rank]?.counts = counts.bounded
            guard areKnown(checking) else { return .malformed }
            reserve(checking, rank, now)
            nodes[rank]?.note(held, now)
            return renew(held, rank, now)
        case .have(let segment, let hashes): return have(segment, hashes, rank)
        case .kept(let segment): return kept(segment, rank)
        case .got(let segments): return got(segments, rank)
        case .sampled(let segment, let piece, let sha1): return sampled(segment, piece, sha1, rank)
        case .rateLimited(let segment): return returnSegment(segment, rank, now, isRateLimited: true)
        case .failed(let segment): return returnSegment(segment, rank, now, isRateLimited: false)
        case .sampleFailed(let segment, let isRateLimited): return returnSample(segment, rank, now, isRateLimited: isRateLimited)
        case .inaccessible(let spans):
            guard areFiles(spans) else { return .malformed }
            nodes[rank]?.refused = Set(spans.joined())
            return .taken
        case .complain(let segment): return complain(segment, rank, now)
        case .verified(let file, let sha256): return verified(file, sha256, rank)
        case .bad(let file, let round): return bad(file, round, rank)
        case .done(let counts):
            nodes[rank]?.counts = counts.bounded
            nodes[rank]?.isDone = true
            return .taken
        case .leave:
            nodes[rank]?.hasLeft = true
            release(rank)
            return .taken
        }
    }

    /// Grants no claim for ``claimPause``, because members have segments that this table does not know yet.
    mutating func holdClaims(now: Duration) { claimsOpenAt = max(claimsOpenAt, now + Self.claimPause) }

    /// The progress of the whole fleet.
    var status: FleetStatus {
        var sum = FleetCounts()
        for node in nodes.values {
            sum.origin += node.counts.origin + node.earlier.origin
            sum.peers += node.counts.peers + node.earlier.peers
            sum.uploaded += node.counts.uploaded + node.earlier.uploaded
            if node.isAlive { sum.peerRate += node.counts.peerRate }
        }
        return FleetStatus(
            present: aliveNodes.count, refused: refusedToAll, size: manifest.members, total: manifest.totalSize, counts: sum.bounded)
    }

    /// Files that the origin refuses to a living member, and that no living member may fetch for it.
    private var refusedToAll: [Range<Int>] {
        let alive = aliveNodes
        // Usually one member may fetch all files.
        if alive.contains(where: { !$0.isExcluded && $0.peer.dataPort > 0 && $0.refused.isEmpty }) { return [] }
        let refused = alive.reduce(into: Set<Int>()) { $0.formUnion($1.refused) }
        return refused.filter { file in
            manifest.segments(of: file).first.map { segment in !alive.contains { $0.fetchesForOthers(segment) } } ?? true
        }.spans
    }

    var aliveNodes: [FleetNode] { nodes.values.filter(\.isAlive) }
    var claimsInHand: Int { entries.reduce(samples.count { $0.claim != nil }) { $0 + $1.fetchers.count } }

    mutating func publish(_ event: FleetEvent) { events.append(event) }

    /// All are done when every member has joined and is done. Members that linger wait for those that are gone or have not joined.
    private mutating func settleAllDone() {
        guard !isAllDone, nodes.count == manifest.members, nodes.values.allSatisfy(\.isDone) else { return }
        isAllDone = true
        publish(.allDone)
    }
}
