import Synchronization

/// The parts of a file that are still to be fetched, handed out in file order so that hashing can follow.
final class RangeQueue: Sendable {
    private struct State {
        var gaps: [Range<Int64>]
        var leases: [ObjectIdentifier: RangeLease] = [:]
        /// Seconds that the quickest finished connection took for a piece: what another try may be expected to take.
        var secondsPerPiece: Double?
    }
    private let state: Mutex<State>
    private let pieceLength: Int64
    private let chunk: Int64

    /// A straggler is helped when the rest would take it this many times as long as another connection…
    private static let slowness = 3.0
    /// …and at least this many seconds.
    private static let worthRepeating = 0.3

    /// - Parameters:
    ///   - gaps: what is missing, in file order; nil: what the map lacks.
    ///   - connections: how many will fetch at once, at most.
    init(map: PieceMap, gaps: [Range<Int64>]? = nil, connections: Int) {
        pieceLength = map.pieceLength
        // 64 MiB keeps a connection busy long enough; smaller files are cut so that each gets about four.
        let share = map.size / Int64(max(1, connections) * 4)
        chunk = max(pieceLength, min(64 << 20, share) / pieceLength * pieceLength)
        state = Mutex(State(gaps: (gaps ?? map.missing).reversed()))
    }

    /// The next part in file order; once none is left, the upper half of the longest that runs; at the very end
    /// what a straggler still has.
    func next() -> RangeLease? {
        state.withLock { state in
            let lease = takeGap(&state) ?? splitLongest(state) ?? repeatSlowest(state)
            guard let lease else { return nil }
            state.leases[ObjectIdentifier(lease)] = lease
            return lease
        }
    }

    private func takeGap(_ state: inout State) -> RangeLease? {
        guard let gap = state.gaps.popLast() else { return nil }
        guard Int64(gap.count) > chunk else { return RangeLease(gap) }
        // At a piece, also where the gap begins within one: two parts that share a piece would mark it for each other.
        let cut = (gap.lowerBound + chunk) / pieceLength * pieceLength
        state.gaps.append(cut..<gap.upperBound)
        return RangeLease(gap.lowerBound..<cut)
    }

    private func splitLongest(_ state: State) -> RangeLease? {
        let longest = state.leases.values.filter { !$0.isRepeat }.max { $0.remaining < $1.remaining }
        return longest?.split(pieceLength: pieceLength).map { RangeLease($0) }
    }

    private func repeatSlowest(_ state: State) -> RangeLease? {
        guard let usual = state.secondsPerPiece else { return nil }
        let slowest = state.leases.values.filter { !$0.isRepeat }.max { $0.secondsLeft < $1.secondsLeft }
        guard let slowest, slowest.age > Self.worthRepeating, slowest.secondsLeft > max(Self.worthRepeating, usual * Self.slowness) else {
            return nil
        }
        return slowest.repeated(pieceLength: pieceLength)
    }

    /// The part ended, whole or not: what is left of it goes back to the front.
    func finish(_ lease: RangeLease) {
        state.withLock { state in
            state.leases[ObjectIdentifier(lease)] = nil
            guard let rest = lease.rest else {
                let pieces = max(1, Double(lease.end - lease.start) / Double(pieceLength))
                state.secondsPerPiece = min(state.secondsPerPiece ?? .infinity, lease.age / pieces)
                return
            }
            // What a repeat leaves undone, the first one is still at, or has given back itself.
            guard !lease.isRepeat else { return }
            state.gaps.append(rest)
            state.gaps.sort { $0.lowerBound > $1.lowerBound }
        }
    }
}
