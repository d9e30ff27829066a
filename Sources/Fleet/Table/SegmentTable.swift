/// The coordinator's state machine: who is there, who fetches which segment, which are there and whom to believe. Pure: messages
/// and the time go in, answers and events come out.
///
/// It keeps nothing that members do not say again when they join: a new coordinator begins with an empty one.
struct SegmentTable: Sendable {
    let manifest: FleetManifest
    var nodes: [Int: FleetNode] = [:]
    var entries: [SegmentEntry]
    var files: [FileEntry]
    var allowance: OriginAllowance
    /// All events, the first one has number 0.
    var events: [FleetEvent] = []
    private(set) var isAllDone = false
    /// No segment is given out before: members that had another coordinator are to say first what they have.
    private let opensAt: Duration

    /// A claim ends unless it is renewed within this time.
    static let lease = Duration.seconds(4)
    /// Without a word for so long a member's claims end…
    static let silence = Duration.seconds(3)
    /// …and for so long it is gone.
    static let absence = Duration.seconds(5)
    /// A file may be wrong so often.
    static let rounds = 3

    /// - Parameter opensAt: of the table's clock; when the first claim is granted.
    init(manifest: FleetManifest, opensAt: Duration = .zero) {
        self.manifest = manifest
        self.opensAt = opensAt
        entries = Array(repeating: SegmentEntry(), count: manifest.segments.count)
        files = manifest.files.map { FileEntry(sha256: $0.sha256, isPublished: $0.sha256 != nil) }
        allowance = OriginAllowance(members: manifest.members)
    }

    /// - Parameters:
    ///   - process: the sender's random name, which its code proves.
    ///   - now: of a clock that only rises.
    mutating func handle(_ message: FleetMessage, from process: String, now: Duration) -> FleetReply {
        tick(now: now)
        defer { settleAllDone() }
        if case .join(let join) = message { return self.join(join, process, now) }
        guard let rank = nodes.values.first(where: { $0.process == process && $0.lives })?.rank else { return .unknown }
        nodes[rank]?.lastHeard = now
        switch message {
        case .join: return .malformed
        case .claim(let files): return now < opensAt ? .claimed(segment: nil) : claim(Set(files), rank, now)
        case .renew(let held, let checking, let counts):
            nodes[rank]?.counts = counts.bounded
            guard areKnown(checking) else { return .malformed }
            reserve(checking, rank, now)
            return renew(held, rank, now)
        case .have(let segment, let hashes): return have(segment, hashes, rank)
        case .got(let segments): return got(segments, rank)
        case .refused(let segment): return giveBack(segment, rank, now, isRefusal: true)
        case .failed(let segment): return giveBack(segment, rank, now, isRefusal: false)
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

    /// Ends what has not been renewed, and notes who is gone.
    mutating func tick(now: Duration) {
        for index in entries.indices {
            if let claim = entries[index].claim, claim.until <= now { entries[index].claim = nil }
            if let refetch = entries[index].refetch, refetch.until <= now { entries[index].refetch = nil }
        }
        for node in nodes.values where node.lives && now - node.lastHeard >= Self.silence {
            freeClaims(of: node.rank)
            guard now - node.lastHeard >= Self.absence else { continue }
            nodes[node.rank]?.isGone = true
            say(.gone(rank: node.rank))
            release(node.rank)
        }
        let inHand = claimsInHand
        allowance.measure(rates: entries.reduce(0) { $0 + $1.fetchers.reduce(0) { $0 + $1.rate } }, inHand: inHand, now: now)
    }

    /// The fleet as a whole.
    var status: FleetStatus {
        var sum = FleetCounts()
        for node in nodes.values {
            sum.origin += node.counts.origin + node.earlier.origin
            sum.peers += node.counts.peers + node.earlier.peers
            sum.uploaded += node.counts.uploaded + node.earlier.uploaded
            if node.lives { sum.peerRate += node.counts.peerRate }
        }
        return FleetStatus(present: living.count, size: manifest.members, total: manifest.totalSize, counts: sum.bounded)
    }

    var living: [FleetNode] { nodes.values.filter(\.lives) }
    var claimsInHand: Int { entries.reduce(0) { $0 + $1.fetchers.count } }

    mutating func say(_ event: FleetEvent) { events.append(event) }

    /// All are done when every member has been there and is. Who has gone or never came is awaited by those who linger.
    private mutating func settleAllDone() {
        guard !isAllDone, nodes.count == manifest.members, nodes.values.allSatisfy(\.isDone) else { return }
        isAllDone = true
        say(.allDone)
    }
}
