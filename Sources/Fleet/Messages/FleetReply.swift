/// What the coordinator answers.
package enum FleetReply: Codable, Sendable, Equatable {
    /// - Parameter rank: the member's from now on.
    case joined(rank: Int)
    case turnedAway(Refusal)
    /// - Parameters:
    ///   - segment: to be fetched from the origin; nil: none now.
    case claimed(segment: Int?)
    /// A segment that the sender has is to be fetched from the origin once more, and what it has of it dropped.
    case recheck(segment: Int)
    /// - Parameters:
    ///   - lost: segments that are not the sender's any more.
    case renewed(lost: [Int], status: FleetStatus)
    case taken
    /// The hashes contradict what the fleet has, or the sender may not hash: its bytes of the segment are to be dropped.
    case dropped
    /// Whether the sender may fetch the segment from the origin.
    case refetch(Bool)
    /// Whether the fleet has the same hash of the file.
    case agreed(Bool)
    case bad(BadFileAnswer)
    /// The sender has not joined here.
    case unknown
    /// The message means nothing here.
    case malformed

    package enum Refusal: String, Codable, Sendable {
        /// Another commit, other files, or other sizes.
        case manifest
        /// Another `--fleet-size`.
        case size
        /// A living member has that rank.
        case rankTaken
        /// All ranks belong to living members.
        case full
    }

    /// What becomes of a file whose bytes are wrong.
    package enum BadFileAnswer: String, Codable, Sendable {
        /// Its segments are fetched again: one after the other until one differs, or all of them.
        case again
        /// Others have it whole: the sender's own copy is damaged, and is obtained again.
        case yourOwn
        /// It was wrong too often.
        case hopeless
    }
}

/// What happens in a fleet, in the order in which the coordinator says it to all.
package enum FleetEvent: Codable, Sendable, Equatable {
    case member(FleetPeer)
    /// Silent for too long; it may come back.
    case gone(rank: Int)
    /// What it hashed was wrong: nothing is taken from it.
    case excluded(rank: Int)
    /// The segment is there; `keeper` has it.
    case have(segment: Int, hashes: PieceHashes, keeper: Int)
    /// Another member has these too.
    case got(segments: [Int], rank: Int)
    /// Nobody has these any more, though what has come of them is good.
    case lost(segments: [Int])
    /// The file was wrong: what has come of its segments is dropped. `round` counts how often.
    case void(segments: [Int], file: Int, round: Int)
    /// Another member fetched other bytes of the segment than were known: these count now. `round` counts as for ``void``.
    case replaced(segment: Int, hashes: PieceHashes, keeper: Int, file: Int, round: Int)
    /// The file was found wrong by a member, and is right at another.
    case right(file: Int)
    /// The file is wrong at the origin.
    case hopeless(file: Int)
    /// All members have all files.
    case allDone
}

/// The fleet as a whole, for people.
package struct FleetStatus: Codable, Sendable, Equatable {
    /// Members that live.
    package var present = 0
    package var size = 0
    /// Bytes of all files.
    package var total: Int64 = 0
    /// Of all members together.
    package var counts = FleetCounts()

    package init(present: Int = 0, size: Int = 0, total: Int64 = 0, counts: FleetCounts = FleetCounts()) {
        self.present = present
        self.size = size
        self.total = total
        self.counts = counts
    }

    /// The origin's bytes over the size of it all.
    package var originCopies: Double { total > 0 ? Double(counts.origin) / Double(total) : 0 }
}
