package import Fleet

/// What file jobs tell the member of a fleet, and ask it: ``Fleet/FleetMember``, but for tests.
package protocol FleetMembership: Sendable {
    /// These segments are whole in a file's partial, and are going to be hashed.
    func checks(_ segments: [FleetSegment]) async
    /// The file's partial is open: its segments may come from now on.
    /// - Parameter present: segments that are whole in it.
    func opened(_ file: Int, present: [(FleetSegment, PieceHashes)]) async
    /// The file is whole and hashed.
    /// - Returns: whether the fleet agrees; where it does not, the bytes are wrong.
    func verified(_ file: Int, sha256: String) async throws -> Bool
    /// The file's bytes are wrong.
    /// - Returns: whether its segments come again; false where this member is at fault.
    func bad(_ file: Int) async throws -> Bool
    /// The file is settled without the fleet: nobody waits for it here.
    func settled(_ file: Int) async
}
