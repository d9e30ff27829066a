/// A message from a member to the coordinator.
package enum FleetMessage: Codable, Sendable, Equatable {
    case join(FleetJoin)
    /// Asks for a segment to fetch from the origin, of these files.
    case claim(files: [Int])
    /// A heartbeat, sent every second: renews the member's claims.
    /// - Parameter checking: segments from an earlier run that are being verified; no other member fetches them meanwhile.
    case renew(held: [HeldSegment], checking: [Range<Int>] = [], counts: FleetCounts)
    /// The member has a segment and its hashes, from the origin or from an earlier run.
    case have(segment: Int, hashes: PieceHashes)
    /// The member has a segment of the time of another coordinator.
    case kept(KeptSegment)
    /// The member has received segments from other members.
    case got(segments: [Int])
    /// The member has fetched a piece of a segment, as ``FleetReply/sample(segment:piece:)`` told it.
    /// - Parameter sha1: of the piece, hexadecimal digits.
    case sampled(segment: Int, piece: Int, sha1: String)
    /// The origin did not serve the piece that the member should sample: the member returns the piece.
    /// - Parameter isRateLimited: the origin limits requests (429).
    case sampleFailed(segment: Int, isRateLimited: Bool)
    /// The origin limits requests (429): the member returns the segment.
    case rateLimited(segment: Int)
    /// The origin did not serve the segment: the member returns it.
    case failed(segment: Int)
    /// The origin does not give these files to the member, which says so after it has joined.
    case inaccessible(files: [Range<Int>])
    /// The member received no byte of the segment for 5 s, or cannot exchange it: asks for permission to fetch it from the origin.
    case complain(segment: Int)
    case verified(file: Int, sha256: String)
    /// The file's hash differs from the published one, or from the fleet's.
    case bad(file: Int, round: Int)
    /// The member has all files.
    case done(counts: FleetCounts)
    case leave
}
