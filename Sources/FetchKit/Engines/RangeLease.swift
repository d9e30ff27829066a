import Synchronization

/// One part of a file that somebody fetches. Its end may be taken back while it runs.
final class RangeLease: Sendable {
    let start: Int64
    /// It repeats what another, slow connection is at: whoever is first wins.
    var isRepeat: Bool { original != nil }
    private let began = ContinuousClock.now
    private let ends: Mutex<(position: Int64, end: Int64)>
    /// The one that this one repeats.
    let original: RangeLease?
    private let overtaken = Atomic(false)

    init(_ range: Range<Int64>, repeating original: RangeLease? = nil) {
        start = range.lowerBound
        self.original = original
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

    /// Bytes per second so far; 0 while nothing has come.
    var rate: Double { ends.withLock { Double($0.position - start) } / max(0.001, age) }

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

    /// Gives the upper part away, cut at a piece, if it is worth a connection of its own.
    /// - Parameter kept: how much of the rest stays, 0 to 1.
    func split(pieceLength: Int64, keeping kept: Double = 0.5) -> Range<Int64>? {
        ends.withLock { ends in
            let middle = ends.position + Int64(Double(ends.end - ends.position) * kept)
            let cut = (middle + pieceLength - 1) / pieceLength * pieceLength
            guard cut > ends.position, ends.end - cut >= pieceLength else { return nil }
            defer { ends.end = cut }
            return cut..<ends.end
        }
    }

    /// What has not been fetched. It may begin within a piece: what stands before it there has been written.
    var rest: Range<Int64>? { ends.withLock { $0.position < $0.end ? $0.position..<$0.end : nil } }

    /// The rest, to be fetched once more over another connection.
    func repeated(pieceLength: Int64) -> RangeLease? {
        guard !isRepeat, let rest else { return nil }
        // From the start of its piece: only whole pieces can be marked by whoever did not write their beginning.
        return RangeLease(rest.lowerBound / pieceLength * pieceLength..<rest.upperBound, repeating: self)
    }

    /// Another connection has brought the rest: this one ends with the next bytes that come.
    func overtake() {
        overtaken.store(true, ordering: .relaxed)
        ends.withLock { $0.end = $0.position }
    }

    /// Whether somebody else brought the last bytes.
    var isOvertaken: Bool { overtaken.load(ordering: .relaxed) }
}
