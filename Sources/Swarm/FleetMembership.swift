package import Fleet

/// The calls of file jobs to the member of a fleet: ``Fleet/FleetMember``, except in tests.
package protocol FleetMembership: Sendable {
    /// Called before complete segments of a file's partial are hashed.
    func checks(_ segments: [FleetSegment]) async
    /// Called when a file's partial is open: its segments are transferred from now on.
    /// - Parameter present: its complete segments, with their hashes.
    func opened(_ file: Int, present: [(FleetSegment, PieceHashes)]) async
    /// Called when a file is complete and hashed.
    /// - Returns: whether the fleet agrees; where it does not, the bytes are wrong.
    func verified(_ file: Int, sha256: String) async throws -> Bool
    /// Called when a file's bytes are wrong.
    /// - Returns: whether its segments are fetched again; false where another try would not help.
    func bad(_ file: Int) async throws -> Bool
    /// Called when this member does not need the file from the fleet.
    func settled(_ file: Int) async
}
