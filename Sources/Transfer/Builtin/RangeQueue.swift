import Partials
import Synchronization

/// The parts of a file that are still to be fetched, handed out in file order so that hashing can follow.
final class RangeQueue: Sendable {
    private struct State {
        var gaps: [Range<Int64>]
        /// Bytes in the gaps.
        var left: Int64
        /// Bytes handed out so far.
        var handedOut: Int64 = 0
        var leases: [ObjectIdentifier: Segment] = [:]
        /// What stragglers' rests are fetched with once more, by the straggler; the latest of each.
        var repeats: [ObjectIdentifier: Segment] = [:]
        /// What another try may be expected to take: the quickest finished part's seconds for a byte, and the shortest time
        /// from a request to its first bytes.
        var line: LineEstimate
        var lengths: PartLength

        /// Seconds in which another connection would receive that many bytes; nil when none has shown it yet.
        func expected(_ bytes: Int64) -> Double? { line.secondsPerByte.map { line.wait + Double(bytes) * $0 } }
    }
    private let state: Mutex<State>
    private let pieceLength: Int64
    private let connections: Int64
    private let sharesPieces: Bool
    private let isExact: Bool
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let stragglers: StragglerRule

    /// The shortest part towards the end: 0.03 s on a connection of 8 MB/s, which is how far apart they then end. Bytes.
    private static let shortest: Int64 = 256 << 10
    /// A part is to take at least this many times as long as its request waits for the first bytes.
    private static let worthWaiting = 4.0
    /// Parts within a piece are cut where aria2's control file can say it: at its blocks. Bytes.
    private static let block: Int64 = 16 << 10

    /// - Parameters:
    ///   - gaps: what is missing, in file order; nil: what the map lacks.
    ///   - connections: how many will fetch at once, at most.
    ///   - isLimited: there is a ceiling for all of them together: only one that hardly moves is helped, which slows the others.
    ///   - sharesPieces: whether a piece may come from several connections; not where it matters whose bytes it holds.
    ///   - isHashed: whether the file is hashed while it comes.
    ///   - isExact: no byte may be served twice: a part stays with its connection, since what is taken back is on its way already.
    ///   - roundTrip: seconds from a request to its answer, as far as it is known before the first part.
    ///   - clock: the time, for tests.
    init(
        map: PieceMap, gaps: [Range<Int64>]? = nil, connections: Int, isLimited: Bool = false, sharesPieces: Bool = true,
        isHashed: Bool = true, isExact: Bool = false, roundTrip: Double = 0,
        clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        stragglers = StragglerRule(isLimited: isLimited)
        pieceLength = map.pieceLength
        self.connections = Int64(max(1, connections))
        (self.sharesPieces, self.isExact) = (sharesPieces, isExact)
        self.clock = clock
        let gaps = gaps ?? map.missing
        state = Mutex(
            State(
                gaps: gaps.reversed(), left: gaps.reduce(0) { $0 + Int64($1.count) }, line: LineEstimate(wait: roundTrip),
                lengths: PartLength(connections: self.connections, pieceLength: map.pieceLength, isHashed: isHashed)))
    }

    /// The next part in file order; once none is left, the upper half of the longest that runs; at the very end
    /// what a straggler still has.
    func next() -> Segment? {
        state.withLock { state in
            guard let segment = takeGap(&state) ?? (isExact ? nil : splitSlowest(state) ?? repeatSlowest(&state)) else { return nil }
            state.leases[ObjectIdentifier(segment)] = segment
            return segment
        }
    }

    /// Every part that is left is being fetched.
    var isHandedOut: Bool { state.withLock { $0.gaps.isEmpty } }

    private func takeGap(_ state: inout State) -> Segment? {
        guard let gap = state.gaps.popLast() else { return nil }
        let length = partLength(&state)
        // At a piece, or a block of one: also where the gap begins within one.
        let unit = length < pieceLength ? Self.block : pieceLength
        let cut = Int64(gap.count) > length ? (gap.lowerBound + length) / unit * unit : gap.upperBound
        if cut < gap.upperBound { state.gaps.append(cut..<gap.upperBound) }
        state.left -= cut - gap.lowerBound
        state.handedOut += cut - gap.lowerBound
        return Segment(gap.lowerBound..<cut, clock: clock)
    }

    private func partLength(_ state: inout State) -> Int64 {
        state.lengths.next(left: state.left, handedOut: state.handedOut, smallest: smallest(state), on: state.line)
    }

    /// Whether round trips cost more than handing parts out in order gains.
    var isLongLine: Bool { state.withLock { $0.line.isLong } }

    /// Takes back what slow connections would be at for too long. It is handed out again in file order.
    func shorten() {
        state.withLock { state in
            guard state.line.isLong, !isExact else { return }
            let slow = state.leases.values.filter { !$0.isRepeat && hasShown($0, state) && $0.secondsLeft.isFinite }
            for segment in slow where segment.secondsLeft > 1.5 * PartLength.longestTime {
                let kept = PartLength.longestTime / segment.secondsLeft
                guard let rest = segment.split(at: pieceLength, smallest: pieceLength, keeping: kept) else { continue }
                state.gaps.append(rest)
                state.left += Int64(rest.count)
            }
            state.gaps.sort { $0.lowerBound > $1.lowerBound }
        }
    }

    /// The smallest part that is worth a request: a piece, or less of it where connections have shown to be slow enough.
    private func smallest(_ state: State) -> Int64 {
        guard sharesPieces, let secondsPerByte = state.line.secondsPerByte else { return pieceLength }
        let waited = state.line.wait * Self.worthWaiting / max(secondsPerByte, 1e-12)
        return min(pieceLength, max(Self.shortest, waited < Double(pieceLength) ? Int64(waited) : pieceLength))
    }

    /// The upper part of what would take longest: half of it, or more where another connection is that much quicker.
    private func splitSlowest(_ state: State) -> Segment? {
        let slowest = state.leases.values.filter { !$0.isRepeat }.max { secondsLeft($0, state) < secondsLeft($1, state) }
        guard let slowest else { return nil }
        var kept = 0.5
        if let secondsPerByte = state.line.secondsPerByte, hasShown(slowest, state) {
            kept = min(kept, slowest.rate / (slowest.rate + 1 / secondsPerByte))
        }
        let smallest = smallest(state)
        if state.line.isLong {
            // While the new request is on its way the old connection goes on.
            guard let secondsPerByte = state.line.secondsPerByte, slowest.remaining > 0 else { return nil }
            let meanwhile = state.line.wait / secondsPerByte / Double(slowest.remaining)
            kept += (1 - kept) * min(1, meanwhile)
            if Double(slowest.remaining) * (1 - kept) < Double(Self.shortest) { return nil }
        }
        let unit = smallest < pieceLength ? Self.block : pieceLength
        return slowest.split(at: unit, smallest: smallest, keeping: kept).map { Segment($0, clock: clock) }
    }

    /// Whether a part runs long enough for its rate to mean something.
    private func hasShown(_ segment: Segment, _ state: State) -> Bool {
        segment.age > max(stragglers.leastGain, state.line.wait * Self.worthWaiting)
    }

    /// What a part will take; one that has hardly begun is taken to be as quick as others.
    private func secondsLeft(_ segment: Segment, _ state: State) -> Double {
        if hasShown(segment, state) { return segment.secondsLeft }
        return Double(segment.remaining) * (state.line.secondsPerByte ?? 1)
    }

    private func repeatSlowest(_ state: inout State) -> Segment? {
        let slow = state.leases.values.filter { !$0.isRepeat && isStraggler($0, state) }
        // Where most of them are slow the line is, which more of the same bytes make slower still.
        guard slow.count <= max(1, connections / 4) else { return nil }
        // One that is being repeated already is left alone, unless the repeat crawls too.
        let alone = slow.filter { state.repeats[ObjectIdentifier($0)].map { isStraggler($0, state) } ?? true }
        guard let slowest = alone.max(by: { $0.secondsLeft < $1.secondsLeft }), let again = slowest.repeated() else { return nil }
        state.repeats[ObjectIdentifier(slowest)] = again
        return again
    }

    private func isStraggler(_ segment: Segment, _ state: State) -> Bool {
        stragglers.isStraggler(segment, expected: state.expected(segment.remaining))
    }

    /// The part ended, whole or not: what is left of it goes back to the front.
    func finish(_ segment: Segment) {
        state.withLock { state in
            state.leases[ObjectIdentifier(segment)] = nil
            state.repeats[ObjectIdentifier(segment)] = nil
            if let original = segment.original {
                if state.repeats[ObjectIdentifier(original)] === segment { state.repeats[ObjectIdentifier(original)] = nil }
                if segment.rest == nil { original.overtake() }
            }
            guard let rest = segment.rest else {
                if !segment.isOvertaken { state.line.learn(from: segment, pieceLength: pieceLength) }
                return
            }
            // What a repeat leaves undone, the first one is still at, or has given back itself.
            guard !segment.isRepeat else { return }
            state.gaps.append(rest)
            state.gaps.sort { $0.lowerBound > $1.lowerBound }
            state.left += Int64(rest.count)
        }
    }
}
