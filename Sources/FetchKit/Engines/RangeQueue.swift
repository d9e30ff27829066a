import Synchronization

/// The parts of a file that are still to be fetched, handed out in file order so that hashing can follow.
final class RangeQueue: Sendable {
    /// One part that somebody fetches. Its end may be taken back while it runs.
    final class Lease: Sendable {
        let start: Int64
        private let ends: Mutex<(position: Int64, end: Int64)>

        init(_ range: Range<Int64>) {
            start = range.lowerBound
            ends = Mutex((range.lowerBound, range.upperBound))
        }

        /// Where the part ends now (exclusive).
        var end: Int64 { ends.withLock { $0.end } }
        var remaining: Int64 { ends.withLock { max(0, $0.end - $0.position) } }

        /// How many of that many bytes at the position still belong to this part; moves the position on.
        func advance(_ count: Int) -> (take: Int, isDone: Bool) {
            ends.withLock { ends in
                let take = min(Int64(count), ends.end - ends.position)
                ends.position += max(0, take)
                return (Int(max(0, take)), ends.position >= ends.end)
            }
        }

        /// Gives the upper half away, cut at a piece, if it is worth a connection of its own.
        func split(pieceLength: Int64) -> Range<Int64>? {
            ends.withLock { ends in
                let middle = ends.position + (ends.end - ends.position) / 2
                let cut = (middle + pieceLength - 1) / pieceLength * pieceLength
                guard cut > ends.position, ends.end - cut >= pieceLength else { return nil }
                defer { ends.end = cut }
                return cut..<ends.end
            }
        }

        /// What has not been fetched: from the piece in which the position stands.
        func rest(pieceLength: Int64) -> Range<Int64>? {
            ends.withLock { ends in
                guard ends.position < ends.end else { return nil }
                return max(start, ends.position / pieceLength * pieceLength)..<ends.end
            }
        }
    }

    private struct State {
        var gaps: [Range<Int64>]
        var leases: [ObjectIdentifier: Lease] = [:]
    }
    private let state: Mutex<State>
    private let pieceLength: Int64
    private let chunk: Int64

    /// - Parameter connections: how many will fetch at once, at most.
    init(map: PieceMap, connections: Int) {
        pieceLength = map.pieceLength
        // 64 MiB keeps a connection busy long enough; smaller files are cut so that each gets about four.
        let share = map.size / Int64(max(1, connections) * 4)
        chunk = max(pieceLength, min(64 << 20, share) / pieceLength * pieceLength)
        state = Mutex(State(gaps: map.missing.reversed()))
    }

    /// The next part in file order; once none is left, the upper half of the longest that runs.
    func next() -> Lease? {
        state.withLock { state in
            var range: Range<Int64>?
            if let gap = state.gaps.popLast() {
                if Int64(gap.count) > chunk {
                    state.gaps.append(gap.lowerBound + chunk..<gap.upperBound)
                    range = gap.lowerBound..<gap.lowerBound + chunk
                } else {
                    range = gap
                }
            } else {
                range = state.leases.values.max { $0.remaining < $1.remaining }?.split(pieceLength: pieceLength)
            }
            guard let range else { return nil }
            let lease = Lease(range)
            state.leases[ObjectIdentifier(lease)] = lease
            return lease
        }
    }

    /// The part ended, whole or not: what is left of it goes back to the front.
    func finish(_ lease: Lease) {
        state.withLock { state in
            state.leases[ObjectIdentifier(lease)] = nil
            if let rest = lease.rest(pieceLength: pieceLength) {
                state.gaps.append(rest)
                state.gaps.sort { $0.lowerBound > $1.lowerBound }
            }
        }
    }

    /// Whether parts wait that nobody fetches.
    var hasGaps: Bool { state.withLock { !$0.gaps.isEmpty } }
}
