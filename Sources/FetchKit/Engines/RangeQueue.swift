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
        /// What stragglers' rests are fetched with once more, by the straggler; the latest of each.
        var repeats: [ObjectIdentifier: RangeLease] = [:]
        /// Seconds that the quickest finished connection took for a piece: what another try may be expected to take.
        var secondsPerPiece: Double?
    }
    private let state: Mutex<State>
    private let pieceLength: Int64
    private let connections: Int64
    /// A straggler is helped when the rest would take it this many times as long as another connection…
    private let slowness: Double
    /// …and at least this many seconds.
    private let worthRepeating: Double

    /// The longest part: it keeps a connection busy long enough. Bytes.
    private static let longest: Int64 = 64 << 20
    /// The first part: short, so that there is soon a beginning to hash. Bytes.
    private static let first: Int64 = 8 << 20

    /// - Parameters:
    ///   - gaps: what is missing, in file order; nil: what the map lacks.
    ///   - connections: how many will fetch at once, at most.
    ///   - isLimited: there is a ceiling for all of them together: each is slow, and fetching a rest twice makes the others
    ///     slower, so only one that hardly moves is helped.
    init(map: PieceMap, gaps: [Range<Int64>]? = nil, connections: Int, isLimited: Bool = false) {
        slowness = isLimited ? 10 : 3
        worthRepeating = isLimited ? 5 : 0.3
        pieceLength = map.pieceLength
        self.connections = Int64(max(1, connections))
        let gaps = gaps ?? map.missing
        state = Mutex(State(gaps: gaps.reversed(), left: gaps.reduce(0) { $0 + Int64($1.count) }))
    }

    /// The next part in file order; once none is left, the upper half of the longest that runs; at the very end
    /// what a straggler still has.
    func next() -> RangeLease? {
        state.withLock { state in
            let lease = takeGap(&state) ?? splitSlowest(state) ?? repeatSlowest(&state)
            guard let lease else { return nil }
            state.leases[ObjectIdentifier(lease)] = lease
            return lease
        }
    }

    private func takeGap(_ state: inout State) -> RangeLease? {
        guard let gap = state.gaps.popLast() else { return nil }
        let length = partLength(state)
        // At a piece, also where the gap begins within one: two parts that share a piece would mark it for each other.
        let cut = Int64(gap.count) > length ? (gap.lowerBound + length) / pieceLength * pieceLength : gap.upperBound
        if cut < gap.upperBound { state.gaps.append(cut..<gap.upperBound) }
        state.left -= cut - gap.lowerBound
        state.handedOut += cut - gap.lowerBound
        return RangeLease(gap.lowerBound..<cut)
    }

    /// Longer from part to part, and shorter again towards the end, so that all connections end together and the
    /// beginning that can be hashed is never far behind.
    private func partLength(_ state: State) -> Int64 {
        let length = min(Self.longest, max(Self.first, state.handedOut / 4), state.left / (connections * 2))
        return max(pieceLength, length / pieceLength * pieceLength)
    }

    /// The upper part of what would take longest: half of it, or more where another connection is that much quicker.
    private func splitSlowest(_ state: State) -> RangeLease? {
        let slowest = state.leases.values.filter { !$0.isRepeat }.max { secondsLeft($0, state) < secondsLeft($1, state) }
        guard let slowest else { return nil }
        var kept = 0.5
        if let usual = state.secondsPerPiece, slowest.age > worthRepeating {
            kept = min(kept, slowest.rate / (slowest.rate + Double(pieceLength) / usual))
        }
        return slowest.split(pieceLength: pieceLength, keeping: kept).map { RangeLease($0) }
    }

    /// What a part will take; one that has hardly begun is taken to be as quick as others.
    private func secondsLeft(_ lease: RangeLease, _ state: State) -> Double {
        if lease.age > worthRepeating { return lease.secondsLeft }
        return Double(lease.remaining) / Double(pieceLength) * (state.secondsPerPiece ?? 1)
    }

    private func repeatSlowest(_ state: inout State) -> RangeLease? {
        let stragglers = state.leases.values.filter { lease in
            // One that is being repeated already is left alone, unless the repeat crawls too.
            !lease.isRepeat && isStraggler(lease, state)
                && (state.repeats[ObjectIdentifier(lease)].map { isStraggler($0, state) } ?? true)
        }
        guard let slowest = stragglers.max(by: { $0.secondsLeft < $1.secondsLeft }), let again = slowest.repeated(pieceLength: pieceLength)
        else { return nil }
        state.repeats[ObjectIdentifier(slowest)] = again
        return again
    }

    private func isStraggler(_ lease: RangeLease, _ state: State) -> Bool {
        guard let usual = state.secondsPerPiece else { return false }
        return lease.age > worthRepeating && lease.secondsLeft > max(worthRepeating, usual * slowness)
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
                guard !lease.isOvertaken else { return }
                let pieces = max(1, Double(lease.end - lease.start) / Double(pieceLength))
                state.secondsPerPiece = min(state.secondsPerPiece ?? .infinity, lease.age / pieces)
                return
            }
            // What a repeat leaves undone, the first one is still at, or has given back itself.
            guard !lease.isRepeat else { return }
            state.gaps.append(rest)
            state.gaps.sort { $0.lowerBound > $1.lowerBound }
            state.left += Int64(rest.count)
        }
    }
}
