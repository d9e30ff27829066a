package import FetchTypes
import ModelSources

/// The engines by the names that options and events use.
package enum EngineName: String, Sendable { case aria2, builtin }

/// Moves bytes: fills a partial from its link. Both engines keep the partial's map true while they run, so
/// that either can carry on where the other stopped.
package protocol TransferEngine: Sendable {
    var name: EngineName { get }

    /// Fetches what the partial's map lacks. Waiting and trying again are the caller's.
    /// - Throws: ``TransferFault``, ``IOFault``, `CancellationError`.
    func transfer(_ links: LinkKeeper, into partial: Partial, connections: Int, meter: TransferMeter) async throws
}

/// Why an engine stopped before the file was whole. What is on the disk by then is kept and mapped.
package enum TransferFault: Error, Sendable {
    /// The way to the server broke.
    case network(TransportFault)
    /// The server answered with a status that is no file.
    case refused(status: Int, retryAfter: Double?, host: String)
    /// The source now offers something else than the record says.
    case changed(String)
    /// The server gives only the whole file, and not the part that is missing.
    case rangesIgnored
    /// The source's size and the published one differ, or fewer bytes came than were announced.
    case wrongSize(expected: Int64, got: Int64)
    /// A web page came where the file should be.
    case page(host: String)
    /// The file comes packed (`gzip`), which nobody asked for: its bytes are not the file's.
    case coded(String, host: String)
    /// An answer that makes no sense, such as another range than was asked for.
    case nonsense(String)
    /// Nothing came for too long.
    case stalled(host: String)
    /// The engine itself does not work (any more): another must go on.
    case engineLost(String)
}
