/// A change in a fleet. The coordinator numbers its events and gives them to every member in that order.
package enum FleetEvent: Codable, Sendable, Equatable {
    case member(FleetPeer)
    /// The member sent nothing for too long; it may join again.
    case gone(rank: Int)
    /// The member hashed wrong bytes: its segments are not used.
    case excluded(rank: Int)
    /// The member `keeper` has the segment.
    case have(segment: Int, hashes: PieceHashes, keeper: Int)
    /// Another member has these segments too.
    case got(segments: [Int], rank: Int)
    /// No reachable member has these segments now. Their received bytes stay valid.
    case lost(segments: [Int])
    /// The file was wrong: the received bytes of its segments are discarded. `round` counts how often.
    case void(segments: [Int], file: Int, round: Int)
    /// Another member fetched different bytes of the segment, which replace the known ones. `round` counts as for ``void``.
    case replaced(segment: Int, hashes: PieceHashes, keeper: Int, file: Int, round: Int)
    /// A member reported the file as wrong, and another has verified it.
    case right(file: Int)
    /// The file is wrong at the origin.
    case hopeless(file: Int)
    /// All members have all files.
    case allDone
}
