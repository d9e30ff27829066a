import Synchronization

/// One part of a file that one connection fetches. Its end may be moved down while it runs.
final class Segment: Sendable {
    private struct Extent {
        /// Everything before it has been written.
        var position: Int64
        var end: Int64
        /// When the first bytes came.
        var firstBytes: ContinuousClock.Instant?
    }

    let start: Int64
    /// It repeats what another, slow connection fetches: the first one to finish wins.
    var isRepeat: Bool { original != nil }
    /// The one that this one repeats.
    let original: Segment?
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let began: ContinuousClock.Instant
    private let extent: Mutex<Extent>
    private let overtaken = Atomic(false)

    /// - Parameter clock: the time, for tests.
    init(
        _ range: Range<Int64>, repeating original: Segment? = nil, clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        start = range.lowerBound
        self.original = original
        self.clock = clock
        began = clock()
        extent = Mutex(Extent(position: range.lowerBound, end: range.upperBound))
    }

    /// Where the part ends now (exclusive).
    var end: Int64 { extent.withLock { $0.end } }
    /// Up to where it has been written.
    var position: Int64 { extent.withLock { $0.position } }
    var remaining: Int64 { extent.withLock { max(0, $0.end - $0.position) } }

    /// Seconds that the rest will take at the rate so far; infinite while nothing has come.
    var secondsLeft: Double {
        let (done, left) = extent.withLock { (Double($0.position - start), Double($0.end - $0.position)) }
        guard done > 0 else { return .infinity }
        return left / (done / max(0.001, age))
    }

    /// Bytes per second so far; 0 while nothing has come.
    var rate: Double { Double(position - start) / max(0.001, age) }

    /// Seconds since it was handed out.
    var age: Double { (clock() - began) / .seconds(1) }

    /// Seconds until its first bytes came; nil before that.
    var wait: Double? { extent.withLock { $0.firstBytes }.map { ($0 - began) / .seconds(1) } }

    /// That many bytes from the position on have been written; moves it on, as far as they still belong to this part.
    func advance(_ count: Int) -> (count: Int, isDone: Bool) {
        extent.withLock { extent in
            let mine = max(0, min(Int64(count), extent.end - extent.position))
            extent.position += mine
            if mine > 0, extent.firstBytes == nil { extent.firstBytes = clock() }
            return (Int(mine), extent.position >= extent.end)
        }
    }

    /// Gives the upper part away, if that is at least as long as the smallest one worth a request, in bytes.
    /// - Parameters:
    ///   - unit: where it may be cut: at multiples of this.
    ///   - kept: how much of the rest stays, 0 to 1.
    func split(at unit: Int64, smallest: Int64, keeping kept: Double = 0.5) -> Range<Int64>? {
        extent.withLock { extent in
            let middle = extent.position + Int64(Double(extent.end - extent.position) * kept)
            let cut = (middle + unit - 1) / unit * unit
            guard cut > extent.position, extent.end - cut >= smallest else { return nil }
            defer { extent.end = cut }
            return cut..<extent.end
        }
    }

    /// What has not been fetched. It may begin within a piece: what precedes it there has been written.
    var rest: Range<Int64>? { extent.withLock { $0.position < $0.end ? $0.position..<$0.end : nil } }

    /// The rest, to be fetched once more over another connection. All from this part's start up to there has been written.
    func repeated() -> Segment? {
        guard !isRepeat, let rest else { return nil }
        return Segment(rest, repeating: self, clock: clock)
    }

    /// Another connection has fetched the rest: this one ends with the next bytes that come.
    func overtake() {
        overtaken.store(true, ordering: .relaxed)
        extent.withLock { $0.end = $0.position }
    }

    /// Whether another connection fetched the last bytes.
    var isOvertaken: Bool { overtaken.load(ordering: .relaxed) }
}
