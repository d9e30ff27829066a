package import FetchTypes

/// Transfers the bytes of a fleet, from the origin and between members. ``FleetMember`` decides which.
///
/// A segment is requested only after ``FleetMember/opened(_:present:)`` was called for all its files.
package protocol FleetDataPlane: Sendable {
    /// Starts to listen for other members. Called once, before the member joins.
    /// - Parameters:
    ///   - interface: the numeric address to listen on.
    ///   - rank: nil where the coordinator assigns one.
    /// - Returns: aria2c's port; 0 where this node has no aria2c.
    /// - Throws: ``Failure`` (69) where no port is free.
    func start(interface: String, rank: Int?) async throws -> Int

    /// Fetches the segment from the origin and hashes its pieces.
    /// - Parameter report: called with the bytes received from the origin so far.
    /// - Throws: ``FleetDataFault``, `CancellationError`.
    func fetch(_ segment: FleetSegment, report: @escaping @Sendable (_ bytes: Int64) -> Void) async throws -> PieceHashes

    /// Fetches one piece of a range from the origin into memory. What this node has of it stays.
    /// - Parameter report: called with the bytes received from the origin so far.
    /// - Returns: the piece's SHA-1.
    /// - Throws: ``FleetDataFault``, `CancellationError`.
    func sample(_ segment: FleetSegment, piece: Int, report: @escaping @Sendable (_ bytes: Int64) -> Void) async throws -> [UInt8]

    /// Makes a complete segment available to other members. Called for ranges only.
    func offer(_ segment: FleetSegment, _ hashes: PieceHashes) async

    /// Gets a range from other members; returns when it is complete and its pieces are verified.
    /// - Parameter report: called with the bytes received so far; the caller cancels a transfer that stalls.
    /// - Throws: ``FleetDataFault/noPeers``, `CancellationError`.
    func obtain(
        _ segment: FleetSegment, _ hashes: PieceHashes, from owners: [FleetPeer], report: @escaping @Sendable (_ bytes: Int64) -> Void
    ) async throws

    /// Called with the reachable members by rank, this one included, on every change.
    func peersChanged(_ peers: [FleetPeer]) async

    /// The bytes of a bundle, its files concatenated. Called for bundles that came through ``fetch(_:report:)`` or
    /// ``write(_:_:)``, or were complete from the start.
    func read(_ bundle: FleetSegment) async throws -> [UInt8]

    /// Stores a bundle that another member sent; its hashes are verified.
    func write(_ bundle: FleetSegment, _ bytes: [UInt8]) async throws

    /// The segments whose bytes on this node do not have their hashes any more.
    func damaged(of segments: [(FleetSegment, PieceHashes)]) async -> [FleetSegment]

    /// Discards the bytes of segments that were found wrong; they are fetched again.
    func discard(_ segments: [FleetSegment]) async

    /// Fails the transfer of a file that this node cannot get from anywhere.
    func giveUp(_ file: Int, _ failure: Failure) async

    /// The name of the marker file in this member's target folder, once it listens; empty where there is none.
    var mark: String { get async }

    /// Whether another member's marker file is in this member's target folder: both write to the same one.
    func hasMark(_ mark: String) async -> Bool

    /// Updates ``traffic`` now; uploads of offered segments are otherwise polled once a second.
    func measure() async

    /// Bytes exchanged with other members.
    var traffic: FleetTraffic { get async }

    /// Whether this member's rate is limited, which pauses transfers from the origin.
    var isLimited: Bool { get async }

    /// Ends this node's part in the fleet. Files that wait for segments continue without the fleet.
    func stop() async
}
