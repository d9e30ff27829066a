/// A segment that a member fetches from the origin, and its progress.
package struct HeldSegment: Codable, Sendable, Equatable {
    package var segment: Int
    package var bytes: Int64
    /// Bytes per second.
    package var rate: Double

    package init(segment: Int, bytes: Int64 = 0, rate: Double = 0) {
        self.segment = segment
        self.bytes = bytes
        self.rate = rate
    }
}
