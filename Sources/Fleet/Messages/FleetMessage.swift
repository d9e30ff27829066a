/// What a member says to the coordinator.
package enum FleetMessage: Codable, Sendable, Equatable {
    case join(FleetJoin)
    /// Asks for a segment to fetch from the origin, of these files.
    case claim(files: [Int])
    /// Every second: it lives, and what it is at.
    /// - Parameter checking: segments that are here from before and are being verified: nobody else is to fetch them meanwhile.
    case renew(held: [HeldSegment], checking: [Range<Int>] = [], counts: FleetCounts)
    /// A segment is here and hashed: claimed, or there from before.
    case have(segment: Int, hashes: PieceHashes)
    /// Segments have come from other members.
    case got(segments: [Int])
    /// The origin wants fewer requests (429): the segment goes back.
    case refused(segment: Int)
    /// The origin did not give the segment: it goes back.
    case failed(segment: Int)
    /// No byte of the segment has come for 5 s, or it cannot be obtained here: asks for leave to fetch it from the origin.
    case complain(segment: Int)
    case verified(file: Int, sha256: String)
    /// The file has another hash than the published one, or than the fleet's.
    case bad(file: Int, round: Int)
    /// All is here.
    case done(counts: FleetCounts)
    case leave
}

/// A segment that a member fetches from the origin, and how far it is.
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

/// A segment that a member has, hashed.
package struct KeptSegment: Codable, Sendable, Equatable {
    package var segment: Int
    package var hashes: PieceHashes
    /// Who hashed it first, as far as known.
    package var hasher: Int?

    package init(segment: Int, hashes: PieceHashes, hasher: Int? = nil) {
        self.segment = segment
        self.hashes = hashes
        self.hasher = hasher
    }
}

/// Bytes so far.
package struct FleetCounts: Codable, Sendable, Equatable {
    /// From the origin.
    package var origin: Int64 = 0
    /// From other members.
    package var peers: Int64 = 0
    /// To other members.
    package var uploaded: Int64 = 0
    /// Bytes per second from other members, now.
    package var peerRate: Double = 0

    package init(origin: Int64 = 0, peers: Int64 = 0, uploaded: Int64 = 0, peerRate: Double = 0) {
        self.origin = origin
        self.peers = peers
        self.uploaded = uploaded
        self.peerRate = peerRate
    }

    /// Numbers that no transfer has become those that one can have.
    var bounded: FleetCounts {
        func bytes(_ number: Int64) -> Int64 { min(max(number, 0), 1 << 50) }
        let rate = peerRate.isFinite ? min(max(peerRate, 0), 1e15) : 0
        return FleetCounts(origin: bytes(origin), peers: bytes(peers), uploaded: bytes(uploaded), peerRate: rate)
    }
}

/// A member introduces itself: what the coordinator keeps is said again here.
package struct FleetJoin: Codable, Sendable, Equatable {
    /// The rank that it has, or had; nil: any.
    package var rank: Int?
    /// Somebody gave it that rank: no other will do.
    package var isRankGiven: Bool
    package var address: String
    package var controlPort: Int
    package var dataPort: Int
    /// See ``FleetPeer/mark``.
    package var mark: String
    package var members: Int
    /// The manifest's.
    package var digest: String
    /// What it has already.
    package var kept: [KeptSegment]
    /// What it is fetching from the origin.
    package var held: [Int]
    /// Segments that are here from before and are being verified.
    package var checking: [Range<Int>]

    package init(
        rank: Int?, isRankGiven: Bool = true, address: String, controlPort: Int, dataPort: Int, members: Int, digest: String,
        kept: [KeptSegment] = [], held: [Int] = [], checking: [Range<Int>] = [], mark: String = ""
    ) {
        self.rank = rank
        self.isRankGiven = isRankGiven && rank != nil
        self.address = address
        self.controlPort = controlPort
        self.dataPort = dataPort
        self.members = members
        self.digest = digest
        self.kept = kept
        self.held = held
        self.checking = checking
        self.mark = mark
    }
}
