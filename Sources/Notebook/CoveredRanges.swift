/// Ranges of a text, in which places are looked up.
struct CoveredRanges: Sendable {
    /// By their beginnings, each with the furthest end up to it.
    private let ends: [(start: Int, end: Int)]

    init(_ ranges: [Range<Int>]) {
        var furthest = 0
        ends = ranges.sorted { $0.lowerBound < $1.lowerBound }.map { range in
            furthest = max(furthest, range.upperBound)
            return (range.lowerBound, furthest)
        }
    }

    func contains(_ offset: Int) -> Bool { overlaps(offset..<offset + 1) }

    func overlaps(_ range: Range<Int>) -> Bool {
        let place = ends.sortedPosition { $0.start < range.upperBound }
        return place > 0 && ends[place - 1].end > range.lowerBound
    }
}
