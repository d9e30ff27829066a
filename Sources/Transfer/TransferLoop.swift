package import Events
import FetchTypes
import ModelSources
import Storage
package import Partials

/// Gets a partial filled: locates, lets an engine work, and when that stops does what ``RetryState`` says.
package struct TransferLoop {
    private let planned: PlannedFile
    private let partial: Partial
    private let options: FetchOptions
    private let engines: any EngineSelection
    private let room: BatchRoom
    private let digest: IncrementalHasher
    private let meter: TransferMeter
    private let emit: EventSink

    private let links: LinkKeeper
    private var mirrors: [Mirror]
    private var retry: RetryState

    package init(
        planned: PlannedFile, partial: Partial, options: FetchOptions, engines: any EngineSelection, room: BatchRoom,
        digest: IncrementalHasher, meter: TransferMeter, emit: @escaping EventSink
    ) {
        self.planned = planned
        self.partial = partial
        self.options = options
        self.engines = engines
        self.room = room
        self.digest = digest
        self.meter = meter
        self.emit = emit
        retry = RetryState(planned, policy: options.retry, present: partial.presentBytes)
        let tag = planned.tag
        links = LinkKeeper(
            planned.file.locator, onward: { try await engines.onward($0) }, onLink: { partial.setLinkExpiry($0.expires) },
            onRenewal: { emit(.renewed(tag, reason: $0)) })
        mirrors = planned.mirrors.map { Mirror($0.name, LinkKeeper($0.locator)) }
    }

    /// From here on the source alone is asked.
    package mutating func leaveMirrors() {
        mirrors = []
        retry.forgetProgress()
    }

    /// What was there has been given up: it comes again.
    package mutating func forgetProgress() { retry.forgetProgress() }

    /// At most: what the user allows and the source takes well.
    private var connections: Int { min(options.connections, planned.file.connections ?? .max) }

    /// After a wrong checksum: a new link, and the in-process engine, whose every answer is looked at.
    package mutating func beginClean() async {
        await links.drop(because: "the checksum was wrong")
        retry.beginClean()
    }

    /// - Returns: the engine that received the last byte.
    /// - Throws: ``Failure``, `CancellationError`.
    package mutating func run() async throws -> EngineName {
        var tries = TransferTries()
        while true {
            let before = meter.fetchedBytes
            do {
                try await attempt(&tries)
                return tries.engine
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                try Task.checkCancellation()
                if meter.fetchedBytes > before { await links.hasBroughtBytes() }
                let seen = await observe(after: error, tries, since: before)
                try Task.checkCancellation()
                try await obey(retry.action(after: error, observing: seen), tries.engine)
            }
        }
    }

    private func attempt(_ tries: inout TransferTries) async throws {
        tries.hasBegun = false
        if try await transferWithoutLink(&tries) { return }
        // A process that was killed at this point had not asked the source again yet.
        let wasComplete = partial.map?.isComplete == true
        let link = try await links.link()
        tries.servesWholeOnly = link.servesRanges == false
        var chosen = await engines.choose(
            for: link, size: partial.size ?? planned.file.size, connections: connections, hasMirrors: !mirrors.isEmpty,
            builtinOnly: retry.isBuiltinOnly, emit: emit)
        tries.engine = chosen.name
        let isFirst = tries.isFirst
        tries.isFirst = false
        let preparation = TransferPreparation(
            planned: planned, partial: partial, options: options, engines: engines, room: room, digest: digest, emit: emit)
        if try await preparation.run(link, chosen, isFirst: isFirst) == .unfitForAria2 { chosen = engines.builtin }
        tries.engine = chosen.name
        tries.hasBegun = true
        try await transfer(chosen, isFirst: isFirst)
        if chosen.name == .aria2 || wasComplete {
            try await VersionRecheck(planned: planned, partial: partial, links: links, engines: engines, emit: emit).run()
        }
    }

    /// Lets an engine get the file that needs no link, which is not asked for.
    /// - Returns: false where there is no such engine.
    private func transferWithoutLink(_ tries: inout TransferTries) async throws -> Bool {
        guard !retry.isBuiltinOnly, let engine = engines.linkless, let size = partial.size ?? planned.file.size else { return false }
        let isFirst = tries.isFirst
        (tries.engine, tries.isFirst, tries.hasBegun) = (engine.name, false, true)
        partial.begin(size: size)
        try room.promise(size, to: planned, options)
        try Reservation(partial: partial).begin()
        try partial.save()
        try await transfer(engine, isFirst: isFirst)
        return true
    }

    private func transfer(_ engine: any TransferEngine, isFirst: Bool) async throws {
        meter.set(received: partial.presentBytes)
        emit(
            .started(planned.tag, engine: engine.name, connections: connections, resumed: partial.presentBytes, size: partial.size))
        let companions = TransferCompanions(
            planned: planned, partial: partial, digest: options.verifies ? digest : nil, meter: meter, emit: emit)
        try await companions.accompany {
            var work = TransferWork(
                links, mirrors: mirrors, into: partial, connections: connections, meter: meter, say: say)
            work.keepPace = companions.keepPace
            work.checkRoom = { [room, planned, options] size in try room.promise(size, to: planned, options) }
            work.isHashed = options.verifies
            work.isFirstTry = isFirst
            try await Reservation(partial: partial).complete { [work] in try await engine.transfer(work) }
        }
    }

    private func say(_ note: TransferNote) {
        switch note {
        case .replacedSilentConnection:
            emit(.retrying(planned.tag, reason: .stalled, seconds: 0, attempt: 0, of: options.retry.limit))
        case .endedAria2(let why): emit(.warning(planned.tag, kind: "engine", message: "\(why)."))
        case .droppedMirror(let name, let why):
            emit(.warning(planned.tag, kind: "mirror", message: "the mirror \(name) is not used any more: \(why)."))
        }
    }

    /// Gathers what the decision looks at.
    private func observe(after error: any Error, _ tries: TransferTries, since before: Int64) async -> Observation {
        var seen = Observation(
            engine: tries.engine, hasBegun: tries.hasBegun, timeLimit: options.noProgressTimeout(size: partial.size))
        seen.servesWholeOnly = tries.servesWholeOnly
        if RetryState.wantsSecondOpinion(on: error, present: partial.presentBytes) { seen.rangeServer = await rangeServer() }
        seen.mayFollowRedirect = await links.mayFollow
        seen.linkIsFresh = await links.isUntried
        seen.fetched = meter.fetchedBytes
        seen.fetchedInTry = seen.fetched - before
        seen.received = meter.receivedBytes
        seen.present = partial.presentBytes
        seen.size = partial.size
        return seen
    }

    /// The host that gives a range when it is asked for one now; nil when it does not.
    private func rangeServer() async -> String? {
        guard let link = try? await links.link(), let probe = try? await engines.probe(link), probe.servesRanges,
            probe.namesRanges || planned.digest != nil
        else { return nil }
        return link.url.host
    }

    private func obey(_ action: RetryAction, _ engine: EngineName) async throws {
        switch action {
        case .fail(let failure): throw failure
        case .reconnect(let limit): emit(.retrying(planned.tag, reason: .reset, seconds: 0, attempt: 0, of: limit))
        case .followRedirect: _ = await links.follow()
        case .renewLink(let reason): await links.drop(because: reason)
        case .useBuiltin(let reason):
            // Bytes that an engine could not confirm have been given up.
            if partial.contiguousBytes < digest.position { digest.reset() }
            if let reason { emit(.failover(planned.tag, from: engine, to: .builtin, reason: reason)) }
        case .startOver(let why): try await startOver(why)
        case .abandonRanges(let pause):
            if partial.presentBytes > 0 { emit(planned.restarted("the server sends other parts than it is asked for")) }
            await links.noteWholeOnly()
            try partial.startOver()
            digest.reset()
            try await pause.take(about: planned.tag, emit: emit)
        case .pause(let pause): try await pause.take(about: planned.tag, emit: emit)
        }
    }

    private func startOver(_ why: String) async throws {
        emit(planned.restarted(why))
        await links.drop(because: why)
        digest.reset()
        guard retry.sizeIsPublished else { return try partial.forgetSource() }
        try partial.startOver()
        // What is compared with from here on is the version that is there now.
        partial.forgetVersion()
    }
}
