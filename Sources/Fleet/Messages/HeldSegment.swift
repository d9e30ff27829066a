/// A segment that a member fetches from the origin, or samples a piece of, and its progress.
package struct HeldSegment: Codable, Sendable, Equatable {
    package var segment: Int
    package var bytes: Int64
    /// Bytes per second.
    package var rate: Double
    /// The member has a limit for its rate, which pauses transfers.
    package var isLimited: Bool
    /// The member fetches one piece only, and keeps its own bytes of the segment.
    package var isSample: Bool

    package init(segment: Int, bytes: Int64 = 0, rate: Double = 0, isLimited: Bool = false, isSample: Bool = false) {
        self.segment = segment
        self.bytes = bytes
        self.rate = rate
        self.isLimited = isLimited
        self.isSample = isSample
    }
}
