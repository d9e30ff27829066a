/// The coordinator's reply to a ``FleetMessage``.
package enum FleetReply: Codable, Sendable, Equatable {
    /// - Parameter rank: the member's rank from now on.
    case joined(rank: Int)
    case turnedAway(Refusal)
    /// - Parameters:
    ///   - segment: the segment to fetch from the origin; nil: none now.
    case claimed(segment: Int?)
    /// The sender discards a complete segment and fetches it from the origin again.
    case recheck(segment: Int)
    /// The sender fetches one piece of a complete segment from the origin and reports its SHA-1. It keeps the bytes that it has.
    /// - Parameter piece: the number within the segment.
    case sample(segment: Int, piece: Int)
    /// - Parameters:
    ///   - lost: segments whose claim, or sample, the sender has lost.
    case renewed(lost: [Int], status: FleetStatus)
    case taken
    /// The hashes contradict the fleet's, or the sender is excluded: it discards its bytes of the segment.
    case dropped
    /// Whether the sender may fetch the segment from the origin.
    case refetch(Bool)
    /// Whether the fleet has the same hash of the file.
    case agreed(Bool)
    case bad(BadFileAnswer)
    /// The sender has not joined here.
    case unknown
    /// The message is invalid.
    case malformed

    package enum Refusal: String, Codable, Sendable {
        /// Another commit, other files, or other sizes.
        case manifest
        /// Another `--fleet-size`.
        case size
        /// Another member that is alive has that rank.
        case rankTaken
        /// All ranks belong to members that are alive.
        case full
    }

    /// What happens to a file whose bytes are wrong.
    package enum BadFileAnswer: String, Codable, Sendable {
        /// Its segments are fetched again: one after the other until one differs, or all of them.
        case again
        /// Other members have verified it: only the sender's copy is damaged, and it obtains the file again.
        case yourOwn
        /// It was wrong too often.
        case hopeless
    }
}
