package import FetchTypes

/// Moves the bytes of a fleet: from the origin and between the members. ``FleetMember`` says what, this says how.
///
/// A segment is only asked for after ``FleetMember/opened(_:present:)`` of all its files.
package protocol FleetDataPlane: Sendable {
    /// Starts to listen for other members. Called once, before the member joins.
    /// - Parameters:
    ///   - interface: the numeric address to listen on.
    ///   - rank: nil where the coordinator will give one.
    /// - Returns: aria2c's port; 0 where this node has no aria2c.
    /// - Throws: ``Failure`` (69) where no port is free.
    func start(interface: String, rank: Int?) async throws -> Int

    /// Fetches the segment from the origin and hashes its pieces.
    /// - Parameter report: told the bytes that have come from the origin so far.
    /// - Throws: ``FleetDataFault``, `CancellationError`.
    func fetch(_ segment: FleetSegment, report: @escaping @Sendable (_ bytes: Int64) -> Void) async throws -> PieceHashes

    /// This node has the segment whole: other members may get it from here. Called for ranges only.
    func offer(_ segment: FleetSegment, _ hashes: PieceHashes) async

    /// Gets a range from other members; returns when its last byte is there and its pieces are right.
    /// - Parameter report: told the bytes so far; silence is watched for by the caller, who cancels.
    /// - Throws: ``FleetDataFault/noPeers``, `CancellationError`.
    func obtain(
        _ segment: FleetSegment, _ hashes: PieceHashes, from owners: [FleetPeer], report: @escaping @Sendable (_ bytes: Int64) -> Void
    ) async throws

    /// The members in reach, by rank, this one included; told on every change.
    func peersChanged(_ peers: [FleetPeer]) async

    /// A bundle's bytes, its files one after the other. Asked for bundles that have come through ``fetch(_:report:)`` or
    /// ``write(_:_:)``, or were there from the start.
    func read(_ bundle: FleetSegment) async throws -> [UInt8]

    /// Takes a bundle that came from another member; its hashes are right.
    func write(_ bundle: FleetSegment, _ bytes: [UInt8]) async throws

    /// These segments were found wrong: their bytes are dropped, and come again.
    func discard(_ segments: [FleetSegment]) async

    /// The name of a file that stands in the folder that this member fills, once it listens; empty where there is none.
    var mark: String { get async }

    /// Whether another member's mark stands in that folder: both write to the same one.
    func sees(_ mark: String) async -> Bool

    /// Brings ``traffic`` up to date: what is only offered is looked at once a second.
    func measure() async

    /// What has gone between the members.
    var traffic: FleetTraffic { get async }

    /// The fleet is over for this node. Files that wait for it go on without.
    func stop() async
}

/// Bytes between members.
package struct FleetTraffic: Sendable, Equatable {
    package var uploaded: Int64
    package var downloaded: Int64
    /// Bytes per second, now.
    package var downloadRate: Double

    package init(uploaded: Int64 = 0, downloaded: Int64 = 0, downloadRate: Double = 0) {
        self.uploaded = uploaded
        self.downloaded = downloaded
        self.downloadRate = downloadRate
    }
}

package enum FleetDataFault: Error, Sendable {
    /// The origin wants fewer requests; seconds that it names.
    case refused(retryAfter: Double?)
    /// The origin does not give the segment.
    case originLost(Failure)
    /// This node cannot exchange bytes with others: no aria2c, or a file system without hard links.
    case noPeers
}
