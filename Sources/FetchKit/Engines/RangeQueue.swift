import Synchronization

/// The parts of a file that are still to be fetched, handed out in file order so that hashing can follow.
final class RangeQueue: Sendable {
    private struct State {
        var gaps: [Range<Int64>]
        /// Bytes in the gaps.
        var left: Int64
        /// Bytes handed out so far.
        var handedOut: Int64 = 0
        var leases: [ObjectIdentifier: RangeLease] = [:]
        /// First parts of new connections.
        var newcomers: [RangeLease] = []
        /// What stragglers' rests are fetched with once more, by the straggler; the latest of each.
        var repeats: [ObjectIdentifier: RangeLease] = [:]
        /// What another try may be expected to take: the quickest finished part's seconds for a byte.
        var secondsPerByte: Double?
        /// And the shortest time from a request to its first bytes, in seconds.
        var wait = 0.0

        /// Seconds in which another connection would bring that many bytes; nil when none has shown it yet.
        func expected(_ bytes: Int64) -> Double? { secondsPerByte.map { wait + Double(bytes) * $0 } }
    }
    private let state: Mutex<State>
    private let pieceLength: Int64
    private let connections: Int64
    private let sharesPieces: Bool
    private let clock: @Sendable () -> ContinuousClock.Instant
    /// A straggler is helped when the rest would take it this many times as long as another connection…
    private let slowness: Double
    /// …and that saves at least this many seconds.
    private let worthRepeating: Double

    /// The longest part: it keeps a connection busy long enough. Bytes.
    private static let longest: Int64 = 64 << 20
    /// The first part: short, so that there is soon a beginning to hash. Bytes.
    private static let first: Int64 = 8 << 20
    /// The shortest part towards the end: 0.03 s on a connection of 8 MB/s, which is how far apart they then end. Bytes.
    private static let shortest: Int64 = 256 << 10
    /// A part is to take at least this many times as long as its request waits for the first bytes.
    private static let worthWaiting = 4.0
    /// Parts within a piece are cut where aria2's control file can say it: at its blocks. Bytes.
    private static let block: Int64 = 16 << 10

    /// - Parameters:
    ///   - gaps: what is missing, in file order; nil: what the map lacks.
    ///   - connections: how many will fetch at once, at most.
    ///   - isLimited: there is a ceiling for all of them together: each is slow, and fetching a rest twice makes the others
    ///     slower, so only one that hardly moves is helped.
    ///   - sharesPieces: whether a piece may come from several connections; not where it matters whose bytes it holds.
    ///   - clock: the time, for tests.
    init(
        map: PieceMap, gaps: [Range<Int64>]? = nil, connections: Int, isLimited: Bool = false, sharesPieces: Bool = true,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        slowness = isLimited ? 10 : 3
        worthRepeating = isLimited ? 5 : 0.1
        pieceLength = map.pieceLength
        self.connections = Int64(max(1, connections))
        self.sharesPieces = sharesPieces
        self.clock = clock
        let gaps = gaps ?? map.missing
        state = Mutex(State(gaps: gaps.reversed(), left: gaps.reduce(0) { $0 + Int64($1.count) }))
    }

    /// The next part in file order; once none is left, the upper half of the longest that runs; at the very end
    /// what a straggler still has.
    /// - Parameter isNewcomers: it is for a connection that is yet to be made.
    func next(isNewcomers: Bool = false) -> RangeLease? {
        state.withLock { state in
            let lease = takeGap(&state) ?? splitSlowest(state) ?? repeatSlowest(&state)
            guard let lease else { return nil }
            state.leases[ObjectIdentifier(lease)] = lease
            if isNewcomers { state.newcomers.append(lease) }
            return lease
        }
    }

    /// Somebody is at each part that is left.
    var isHandedOut: Bool { state.withLock { $0.gaps.isEmpty } }

    /// New connections that have not brought anything yet.
    var silent: Int {
        state.withLock { state in
            state.newcomers.removeAll { $0.wait != nil || state.leases[ObjectIdentifier($0)] == nil }
            return state.newcomers.count
        }
    }

    private func takeGap(_ state: inout State) -> RangeLease? {
        guard let gap = state.gaps.popLast() else { return nil }
        let length = partLength(state)
        // At a piece, or a block of one: also where the gap begins within one.
        let unit = length < pieceLength ? Self.block : pieceLength
        let cut = Int64(gap.count) > length ? (gap.lowerBound + length) / unit * unit : gap.upperBound
        if cut < gap.upperBound { state.gaps.append(cut..<gap.upperBound) }
        state.left -= cut - gap.lowerBound
        state.handedOut += cut - gap.lowerBound
        return RangeLease(gap.lowerBound..<cut, clock: clock)
    }

    /// Longer from part to part, and shorter again towards the end, so that all connections end together and the
    /// beginning that can be hashed is never far behind.
    private func partLength(_ state: State) -> Int64 {
        let length = min(Self.longest, max(Self.first, state.handedOut / 4), state.left / (connections * 2))
        return length >= pieceLength ? length / pieceLength * pieceLength : max(smallest(state), length / Self.block * Self.block)
    }

    /// The smallest part that is worth a request: a piece, or less of it where connections have shown to be slow enough.
    private func smallest(_ state: State) -> Int64 {
        guard sharesPieces, let secondsPerByte = state.secondsPerByte else { return pieceLength }
        let waited = state.wait * Self.worthWaiting / max(secondsPerByte, 1e-12)
        return min(pieceLength, max(Self.shortest, waited < Double(pieceLength) ? Int64(waited) : pieceLength))
    }

    /// The upper part of what would take longest: half of it, or more where another connection is that much quicker.
    private func splitSlowest(_ state: State) -> RangeLease? {
        let slowest = state.leases.values.filter { !$0.isRepeat }.max { secondsLeft($0, state) < secondsLeft($1, state) }
        guard let slowest else { return nil }
        var kept = 0.5
        if let secondsPerByte = state.secondsPerByte, hasShown(slowest, state) {
            kept = min(kept, slowest.rate / (slowest.rate + 1 / secondsPerByte))
        }
        let smallest = smallest(state)
        let unit = smallest < pieceLength ? Self.block : pieceLength
        return slowest.split(at: unit, smallest: smallest, keeping: kept).map { RangeLease($0, clock: clock) }
    }

    /// Whether a part runs long enough for its rate to mean something.
    private func hasShown(_ lease: RangeLease, _ state: State) -> Bool { lease.age > max(worthRepeating, state.wait * Self.worthWaiting) }

    /// What a part will take; one that has hardly begun is taken to be as quick as others.
    private func secondsLeft(_ lease: RangeLease, _ state: State) -> Double {
        if hasShown(lease, state) { return lease.secondsLeft }
        return Double(lease.remaining) * (state.secondsPerByte ?? 1)
    }

    private func repeatSlowest(_ state: inout State) -> RangeLease? {
        let stragglers = state.leases.values.filter { !$0.isRepeat && isStraggler($0, state) }
        // Where most of them are slow the line is, which more of the same bytes make slower still.
        guard stragglers.count <= max(1, connections / 4) else { return nil }
        // One that is being repeated already is left alone, unless the repeat crawls too.
        let alone = stragglers.filter { state.repeats[ObjectIdentifier($0)].map { isStraggler($0, state) } ?? true }
        guard let slowest = alone.max(by: { $0.secondsLeft < $1.secondsLeft }), let again = slowest.repeated() else { return nil }
        state.repeats[ObjectIdentifier(slowest)] = again
        return again
    }

    private func isStraggler(_ lease: RangeLease, _ state: State) -> Bool {
        guard let expected = state.expected(lease.remaining) else { return false }
        let tooLong = max(expected * slowness, expected + worthRepeating)
        return lease.age > tooLong && lease.secondsLeft > tooLong
    }

    /// The part ended, whole or not: what is left of it goes back to the front.
    func finish(_ lease: RangeLease) {
        state.withLock { state in
            state.leases[ObjectIdentifier(lease)] = nil
            state.repeats[ObjectIdentifier(lease)] = nil
            if let original = lease.original {
                if state.repeats[ObjectIdentifier(original)] === lease { state.repeats[ObjectIdentifier(original)] = nil }
                if lease.rest == nil { original.overtake() }
            }
            guard let rest = lease.rest else {
                if !lease.isOvertaken { learn(from: lease, &state) }
                return
            }
            // What a repeat leaves undone, the first one is still at, or has given back itself.
            guard !lease.isRepeat else { return }
            state.gaps.append(rest)
            state.gaps.sort { $0.lowerBound > $1.lowerBound }
            state.left += Int64(rest.count)
        }
    }

    private func learn(from lease: RangeLease, _ state: inout State) {
        guard let wait = lease.wait else { return }
        state.wait = state.secondsPerByte == nil ? wait : min(state.wait, wait)
        // What a short part takes is mostly its wait: it counts as a piece, and only until a longer one is known.
        let bytes = lease.end - lease.start
        guard bytes >= pieceLength || state.secondsPerByte == nil else { return }
        state.secondsPerByte = min(state.secondsPerByte ?? .infinity, lease.age / Double(max(pieceLength, bytes)))
    }
}
