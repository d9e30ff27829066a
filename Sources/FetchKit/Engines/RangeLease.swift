import Synchronization

/// One part of a file that somebody fetches. Its end may be taken back while it runs.
final class RangeLease: Sendable {
    let start: Int64
    /// It repeats what another, slow connection is at: whoever is first wins.
    let isRepeat: Bool
    private let began = ContinuousClock.now
    private let ends: Mutex<(position: Int64, end: Int64)>
    private let hasRepeat = Atomic(false)

    init(_ range: Range<Int64>, isRepeat: Bool = false) {
        start = range.lowerBound
        self.isRepeat = isRepeat
        ends = Mutex((range.lowerBound, range.upperBound))
    }

    /// Where the part ends now (exclusive).
    var end: Int64 { ends.withLock { $0.end } }
    var remaining: Int64 { ends.withLock { max(0, $0.end - $0.position) } }

    /// Seconds that the rest will take at the rate so far; infinite while nothing has come.
    var secondsLeft: Double {
        let (done, left) = ends.withLock { (Double($0.position - start), Double($0.end - $0.position)) }
        guard done > 0 else { return .infinity }
        return left / (done / max(0.001, age))
    }

    /// Seconds since it was handed out.
    var age: Double { (ContinuousClock.now - began) / .seconds(1) }

    /// How many of that many bytes at the position still belong to this part; moves the position on.
    func advance(_ count: Int) -> (take: Int, isDone: Bool) {
        ends.withLock { ends in
            let take = max(0, min(Int64(count), ends.end - ends.position))
            ends.position += take
            return (Int(take), ends.position >= ends.end)
        }
    }

    /// The last bytes taken could not be written after all: they are still to be fetched.
    func retreat(_ count: Int) { ends.withLock { $0.position -= Int64(count) } }

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

    /// What has not been fetched. It may begin within a piece: what stands before it there has been written.
    var rest: Range<Int64>? { ends.withLock { $0.position < $0.end ? $0.position..<$0.end : nil } }

    /// The rest, to be fetched once more over another connection; given out once.
    func repeated(pieceLength: Int64) -> RangeLease? {
        guard !isRepeat, let rest, !hasRepeat.exchange(true, ordering: .relaxed) else { return nil }
        // From the start of its piece: only whole pieces can be marked by whoever did not write their beginning.
        return RangeLease(rest.lowerBound / pieceLength * pieceLength..<rest.upperBound, isRepeat: true)
    }
}
