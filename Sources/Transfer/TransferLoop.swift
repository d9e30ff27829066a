package import Events
import FetchTypes
import ModelSources
import Storage
package import Partials

/// Gets a partial filled: locates, lets an engine work, and when that stops decides what comes next.
package struct TransferLoop {
    let planned: PlannedFile
    let partial: Partial
    let options: FetchOptions
    let engines: EngineChooser
    let room: BatchRoom
    let digest: IncrementalHasher
    let meter: TransferMeter
    let emit: EventSink

    private let links: LinkKeeper
    private var mirrors: [Mirror]
    private var builtinOnly = false
    private var backoff: RetryBackoff
    private var restarts = 0
    /// A page, or packed bytes, came instead of the file once.
    private var hasSeenPage = false
    /// How often in a row the server sent other ranges than were asked for.
    private var protocolViolations = 0
    /// How often in a row aria2c brought nothing from a server that had just answered us.
    private var futileRuns = 0
    private static let futileRunsAllowed = 2
    /// Connections that broke after bringing this much are made again without waiting. Bytes.
    private static let minBytesForImmediateRetry: Int64 = 64 << 10
    /// The server serves the whole file only.
    private var hasNoRanges = false
    /// Seconds for which what a link has answered counts.
    private static let answerLifetime = 60.0
    /// Bytes of the file that were there at best.
    private var furthest: Int64 = 0

    package init(
        planned: PlannedFile, partial: Partial, options: FetchOptions, engines: EngineChooser, room: BatchRoom,
        digest: IncrementalHasher, meter: TransferMeter,
        emit: @escaping EventSink
    ) {
        self.planned = planned
        self.partial = partial
        self.options = options
        self.engines = engines
        self.room = room
        self.digest = digest
        self.meter = meter
        self.emit = emit
        furthest = partial.presentBytes
        backoff = RetryBackoff(options.retry)
        let tag = planned.tag
        links = LinkKeeper(
            planned.file.locator, onward: { try await engines.onward($0) }, onLink: { partial.setLinkExpiry($0.expires) },
            onRenewal: { emit(.renewed(tag, reason: $0)) })
        mirrors = planned.mirrors.map { Mirror($0.name, LinkKeeper($0.locator)) }
    }

    /// From here on the source alone is asked.
    package mutating func leaveMirrors() {
        mirrors = []
        furthest = 0
    }

    /// At most: what the user allows and the source takes well.
    private var connections: Int { min(options.connections, planned.file.connections ?? .max) }

    /// After a wrong checksum: a new link, and the in-process engine, whose every answer is looked at.
    package mutating func beginClean() async {
        await links.drop(because: "the checksum was wrong")
        builtinOnly = true
        backoff.progressed()
        furthest = 0
    }

    /// - Returns: the engine that brought the last byte.
    /// - Throws: ``Failure``, `CancellationError`.
    package mutating func run() async throws -> EngineName {
        var engine = EngineName.builtin
        var isFirst = true
        while true {
            let before = meter.fetchedBytes
            var hasBegun = false
            // Whoever was killed at this point had not asked the source again yet.
            let wasComplete = partial.map?.isComplete == true
            do {
                let link = try await links.link()
                hasNoRanges = link.servesRanges == false
                var chosen = await engines.choose(
                    for: link, connections: connections, hasMirrors: !mirrors.isEmpty, builtinOnly: builtinOnly, emit: emit)
                engine = chosen.name
                defer { isFirst = false }
                if try await prepare(link, chosen, isFirst: isFirst) == .unfitForAria2 { chosen = engines.builtin }
                engine = chosen.name
                hasBegun = true
                try await transfer(chosen, isFirst: isFirst)
                if engine == .aria2 || wasComplete { try await compareAtEnd() }
                return engine
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                try Task.checkCancellation()
                if meter.fetchedBytes > before { await links.hasBroughtBytes() }
                // A server without ranges sends the same beginning over and over: that is no progress.
                let isProgress = meter.receivedBytes > furthest
                if isProgress {
                    furthest = meter.receivedBytes
                    backoff.progressed()
                    protocolViolations = 0
                }
                futileRuns = hasBegun && engine == .aria2 && !isProgress ? futileRuns + 1 : 0
                if case TransferFault.network(let fault) = error, fault.kind == .dropped || fault.kind == .cut, isProgress,
                    meter.fetchedBytes - before >= Self.minBytesForImmediateRetry
                {
                    emit(.retrying(planned.tag, reason: .reset, seconds: 0, attempt: 0, of: options.retry.limit))
                    continue
                }
                try await recover(from: error, engine)
            }
        }
    }

    private enum Fitness { case fit, unfitForAria2 }

    /// Learns what is not known yet, and reserves the first of the room.
    /// - Parameter isFirst: nothing has gone wrong in this run.
    private func prepare(_ link: ByteLink, _ engine: any TransferEngine, isFirst: Bool) async throws -> Fitness {
        var fitness = Fitness.fit
        // What came before is of no use to a server that begins at the start every time.
        if link.servesRanges == false, partial.presentBytes > 0, try await !engines.probe(link).servesRanges {
            announceRestart("the server gives only the whole file")
            try partial.startOver()
            digest.reset()
        }
        if partial.size == nil || engine.name == .aria2 && !(isFirst && partial.hashDecides && engines.servesRanges(link)) {
            let probe = try await isFirst ? knownProbe(link) : engines.probe(link)
            if probe.isPage, !partial.expectsPage { throw TransferFault.page(host: link.url.host) }
            if let known = partial.size, let size = probe.size, size != known { throw TransferFault.wrongSize(expected: known, got: size) }
            try partial.compareVersion(probe.validators)
            if let size = probe.size { partial.begin(size: size) }
            if !probe.servesRanges, partial.presentBytes > 0 { throw TransferFault.rangesIgnored }
            // Without ranges aria2 opens connections only to drop them; without a size there is no map to share with it.
            if !probe.servesRanges || !probe.namesRanges || probe.hasFalseLength || partial.map == nil { fitness = .unfitForAria2 }
        } else if let size = partial.size {
            partial.begin(size: size)
        }
        if let size = partial.size { try room.promise(size, to: planned, options) }
        try Reservation(partial: partial).begin()
        try partial.save()
        return fitness
    }

    /// The answer that resolving got from the link is as good as another while it is new.
    private func knownProbe(_ link: ByteLink) async throws -> LinkProbe {
        if let answer = link.answer, ThisProcess.now - answer.time < Self.answerLifetime {
            return try LinkProbe(answer.head, of: link)
        }
        return try await engines.probe(link)
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

    /// aria2 knows no validators: where no checksum will tell, the source is asked once more whether it still has that version.
    /// A source that no longer answers that question (a pasted link whose time is over) is no reason to throw a whole file away.
    private func compareAtEnd() async throws {
        guard !partial.hashDecides else { return }
        var refusal = ""
        for _ in 1...2 {
            do {
                let link = try await links.link()
                let probe = try await engines.probe(link)
                if let known = partial.size, let size = probe.size, size != known {
                    throw TransferFault.wrongSize(expected: known, got: size)
                }
                try partial.compareVersion(probe.validators)
                return
            } catch TransferFault.refused(let status, _, let host) where (400..<500).contains(status) && status != 408 && status != 429 {
                refusal = "\(host) answered \(status)"
                await links.drop(because: refusal)
            } catch let failure as Failure {
                refusal = failure.message.hasSuffix(".") ? String(failure.message.dropLast()) : failure.message
                break
            }
        }
        emit(
            .warning(
                planned.tag, kind: "version",
                message: "whether \(planned.tag.ref) stayed the same while it was fetched could not be asked: \(refusal)."))
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

    /// Whether the source itself says how large the file is.
    private var sizeIsPublished: Bool { planned.source != .direct }

    private func announceRestart(_ why: String) {
        emit(.warning(planned.tag, kind: "restarted", message: "\(planned.target) is fetched again: \(why)."))
    }

    /// One answer without the range that was asked for, out of many with theirs, is no reason to throw away what is there:
    /// the server is asked again.
    private func secondOpinion(on error: any Error) async -> any Error {
        guard case TransferFault.rangesIgnored = error, partial.presentBytes > 0, let link = try? await links.link(),
            let probe = try? await engines.probe(link), probe.servesRanges, probe.namesRanges || planned.digest != nil
        else { return error }
        return TransferFault.network(
            TransportFault(.malformed, host: link.url.host, detail: "it sent the whole file where a part was asked for"))
    }

    /// A server that sends other ranges than were asked for, again and again, is asked for the whole file, if that costs little
    /// of what is there.
    private mutating func abandonRanges() async throws {
        protocolViolations += 1
        guard protocolViolations == 2, let size = partial.size, partial.presentBytes <= size / 4 else { return }
        if partial.presentBytes > 0 { announceRestart("the server sends other parts than it is asked for") }
        await links.noteWholeOnly()
        try partial.startOver()
        digest.reset()
        furthest = 0
    }

    private mutating func recover(from error: any Error, _ engine: EngineName) async throws {
        let error = await secondOpinion(on: error)
        try Task.checkCancellation()
        // Storage that sends on: the way is walked here, where it is known what may go along.
        if case TransferFault.refused(let status, _, _) = error, [301, 302, 303, 307, 308].contains(status), await links.follow() {
            return
        }
        if !hasSeenPage, let what = Recovery.mayBePassing(error) {
            hasSeenPage = true
            return await links.drop(because: what)
        }
        if case TransferFault.protocolViolation = error, engine == .builtin { try await abandonRanges() }
        let linkIsFresh = await links.isUntried
        switch Recovery.from(error, file: planned, engine: engine, linkIsFresh: linkIsFresh, sizeIsPublished: sizeIsPublished) {
        case .fail(let failure):
            throw failure
        case .renew(let reason):
            await links.drop(because: reason)
        case .useBuiltin(let reason):
            builtinOnly = true
            // What an engine could not vouch for has been given up.
            if partial.contiguousBytes < digest.position { digest.reset() }
            furthest = min(furthest, partial.presentBytes)
            emit(.failover(planned.tag, from: engine, to: .builtin, reason: reason))
        case .startOver(let why):
            restarts += 1
            guard restarts <= 3 else {
                throw Failure(
                    .server, "\(planned.shown) changes while it is being fetched.", why: "\(why).", hint: "try again when it has settled."
                )
            }
            announceRestart(why)
            await links.drop(because: why)
            digest.reset()
            furthest = 0
            if sizeIsPublished {
                try partial.startOver()
                // What is compared with from here on is the version that is there now.
                partial.forgetVersion()
            } else {
                try partial.forgetSource()
            }
        case .retry where futileRuns >= Self.futileRunsAllowed:
            builtinOnly = true
            emit(.failover(planned.tag, from: engine, to: .builtin, reason: "aria2c gets nothing where this program is answered"))
        case .retry(let reason, let asked, let failure):
            try await wait(reason, asked, failure, isRefusal: meter.fetchedBytes == 0 && Recovery.isPlainRefusal(error))
        }
    }

    private mutating func wait(_ reason: Event.WaitReason, _ asked: Seconds?, _ failure: Failure, isRefusal: Bool) async throws {
        var failure = failure
        // The source had answered before: the way is there, it is only not served now.
        if meter.fetchedBytes > 0 || partial.presentBytes > 0, failure.code == .unavailable { failure.code = .temporary }
        failure.cannotResume = hasNoRanges && meter.fetchedBytes > 0 && failure.fault != nil && backoff.triesAgain
        try await backoff.wait(
            reason, asked: asked, isRefusal: isRefusal, limit: options.noProgressTimeout(size: partial.size), orThrow: failure,
            about: planned.tag, emit: emit)
    }
}
