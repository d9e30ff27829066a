/// The progress of the whole fleet.
package struct FleetStatus: Codable, Sendable, Equatable {
    /// Members that are alive.
    package var present = 0
    /// Files that the origin refuses to a living member, and that no living member may fetch for it.
    package var refused: [Range<Int>] = []
    package var size = 0
    /// Bytes of all files.
    package var total: Int64 = 0
    /// Of all members together.
    package var counts = FleetCounts()

    package init(present: Int = 0, refused: [Range<Int>] = [], size: Int = 0, total: Int64 = 0, counts: FleetCounts = FleetCounts()) {
        self.present = present
        self.refused = refused
        self.size = size
        self.total = total
        self.counts = counts
    }

    /// The bytes that the origin served, divided by the size of all files.
    package var originCopies: Double { total > 0 ? Double(counts.origin) / Double(total) : 0 }
}
