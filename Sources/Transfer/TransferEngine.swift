package import Events
import FetchTypes
import ModelSources
package import Partials

/// Moves bytes: fills a partial from its link. Both engines keep the partial's map true while they run, so
/// that either can resume where the other stopped.
package protocol TransferEngine: Sendable {
    var name: EngineName { get }

    /// Fetches what the partial's map lacks. Waiting and trying again are the caller's.
    /// - Throws: ``TransferFault``, ``IOFault``, `CancellationError`.
    func transfer(_ work: TransferWork) async throws
}

/// What an engine is to do, and whom it tells.
package struct TransferWork: Sendable {
    package var links: LinkKeeper
    /// Where else the same bytes are available; only the builtin engine asks them.
    package var mirrors: [Mirror]
    package var partial: Partial
    /// At most, over all sources.
    package var connections: Int
    package var meter: TransferMeter
    /// Told what a person wants to know and the engine has dealt with itself.
    package var say: @Sendable (TransferNote) -> Void
    /// Waits while what goes on beside the transfer has fallen too far behind; asked before each further part.
    package var keepPace: @Sendable () async -> Void = {}
    /// Told a size in bytes that only the transfer's own answer shows, before that is taken; throws where there is no room for it.
    package var checkRoom: @Sendable (Int64) throws -> Void = { _ in }
    /// Nothing has gone wrong with this file in this run: what its storage is known for may be relied on.
    package var isFirstTry = false
    /// Whether the file is hashed while it comes: then its beginning is wanted first.
    package var isHashed = true
    /// The bytes of the file that are wanted, by the builtin engine alone; nil: all.
    package var range: Range<Int64>?

    package init(
        _ links: LinkKeeper, mirrors: [Mirror] = [], into partial: Partial, connections: Int, meter: TransferMeter,
        say: @escaping @Sendable (TransferNote) -> Void = { _ in }
    ) {
        self.links = links
        self.mirrors = mirrors
        self.partial = partial
        self.connections = connections
        self.meter = meter
        self.say = say
    }
}

/// What an engine has dealt with itself.
package enum TransferNote: Sendable {
    /// A connection to that host had been silent for too long; another takes its place.
    case replacedSilentConnection(host: String)
    /// aria2c had to be ended because it did not let go of the file; why, in one sentence.
    case endedAria2(String)
    /// A mirror is not asked any more.
    case droppedMirror(String, why: String)
}
