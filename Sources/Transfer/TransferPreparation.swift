import Events
import FetchTypes
import ModelSources
import Partials
import Storage

/// Learns what is not known of a file before an engine begins with it, and reserves the first of its room.
struct TransferPreparation {
    let planned: PlannedFile
    let partial: Partial
    let options: FetchOptions
    let engines: any EngineSelection
    let room: BatchRoom
    let digest: IncrementalHasher
    let emit: EventSink

    enum Fitness { case fit, unfitForAria2 }

    /// Seconds for which what a link has answered counts.
    private static let answerLifetime = 60.0

    /// - Parameter isFirst: nothing has gone wrong in this run.
    /// - Throws: ``TransferFault``, ``IOFault``, ``Failure``, `CancellationError`.
    func run(_ link: ByteLink, _ engine: any TransferEngine, isFirst: Bool) async throws -> Fitness {
        try await startOverIfUseless(link)
        var fitness = Fitness.fit
        if partial.size == nil || engine.name == .aria2 && !(isFirst && partial.hashDecides && engines.servesRanges(link)) {
            fitness = try take(try await isFirst ? knownProbe(link) : engines.probe(link), of: link)
        } else if let size = partial.size {
            partial.begin(size: size)
        }
        if let size = partial.size { try room.promise(size, to: planned, options) }
        try Reservation(partial: partial).begin()
        try partial.save()
        return fitness
    }

    /// What came before is of no use to a server that begins at the start every time.
    private func startOverIfUseless(_ link: ByteLink) async throws {
        guard link.servesRanges == false, partial.presentBytes > 0, try await !engines.probe(link).servesRanges else { return }
        emit(planned.restarted("the server gives only the whole file"))
        try partial.startOver()
        digest.reset()
    }

    /// Compares what the server says with what is known, and begins the map where the size was not known.
    private func take(_ probe: LinkProbe, of link: ByteLink) throws -> Fitness {
        if probe.isPage, !partial.expectsPage { throw TransferFault.page(host: link.url.host) }
        if let known = partial.size, let size = probe.size, size != known { throw TransferFault.wrongSize(expected: known, got: size) }
        try partial.compareVersion(probe.validators)
        if let size = probe.size { partial.begin(size: size) }
        if !probe.servesRanges, partial.presentBytes > 0 { throw TransferFault.rangesIgnored }
        // Without ranges aria2 opens connections only to drop them; without a size there is no map to share with it.
        let isFit = probe.servesRanges && probe.namesRanges && !probe.hasFalseLength && partial.map != nil
        return isFit ? .fit : .unfitForAria2
    }

    /// The answer that resolving got from the link is as good as another while it is new.
    private func knownProbe(_ link: ByteLink) async throws -> LinkProbe {
        if let answer = link.answer, ThisProcess.now - answer.time < Self.answerLifetime {
            return try LinkProbe(answer.head, of: link)
        }
        return try await engines.probe(link)
    }
}

extension PlannedFile {
    /// The warning that what was there of the file is given up.
    func restarted(_ why: String) -> Event {
        .warning(tag, kind: "restarted", message: "\(target) is fetched again: \(why).")
    }
}
