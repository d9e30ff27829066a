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

    /// The rest, to be fetched once more over another connection; given out once.
    func repeated(pieceLength: Int64) -> RangeLease? {
        guard !isRepeat, let rest = rest(pieceLength: pieceLength), !hasRepeat.exchange(true, ordering: .relaxed) else { return nil }
        return RangeLease(rest, isRepeat: true)
    }
}
