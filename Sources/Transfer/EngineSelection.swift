package import Events
package import ModelSources

/// Which engine a link gets, and what a link answers: all that a transfer asks besides its source. ``EngineChooser`` is the one
/// that is shipped.
package protocol EngineSelection: Sendable {
    /// The engine that can fetch any link.
    var builtin: any TransferEngine { get }

    /// An engine that gets the file without its source, whose link is not asked for then; nil: there is none. Not used for a file
    /// of unknown size, nor once another engine has failed with the file.
    var linkless: (any TransferEngine)? { get }

    /// - Parameters:
    ///   - connections: at most.
    ///   - hasMirrors: whether the file may come from other sources too.
    ///   - builtinOnly: whether another engine has failed with this file.
    /// - Parameter size: bytes, where they are known.
    func choose(
        for link: ByteLink, size: Int64?, connections: Int, hasMirrors: Bool, builtinOnly: Bool, emit: EventSink
    ) async -> any TransferEngine

    /// The end of a link's redirects.
    /// - Throws: as ``ModelSources/ByteLocator/locate()``.
    func onward(_ link: ByteLink) async throws -> ByteLink

    /// Asks the link for one byte.
    /// - Throws: ``TransferFault``, ``Failure``, `CancellationError`.
    func probe(_ link: ByteLink) async throws -> LinkProbe

    /// Whether the link leads to storage that has answered with a range in this run.
    func servesRanges(_ link: ByteLink) -> Bool
}

extension EngineSelection {
    package var linkless: (any TransferEngine)? { nil }
}
