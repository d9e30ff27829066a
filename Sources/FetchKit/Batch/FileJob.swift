package import Events
import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
package import Transfer

/// The way of one file: lock, resume or begin, transfer, verify, place, record.
package struct FileJob: Sendable {
    package enum Outcome: Sendable {
        case finished(Event.Finished)
        case skipped(size: Int64)
    }

    /// Another machine takes a holder for dead after a minute without one.
    private static let heartbeat = Duration.seconds(5)

    let planned: PlannedFile
    let options: FetchOptions
    let engines: EngineChooser
    let room: BatchRoom
    let emit: EventSink

    init(_ planned: PlannedFile, options: FetchOptions, engines: EngineChooser, room: BatchRoom, emit: @escaping EventSink) {
        self.planned = planned
        self.options = options
        self.engines = engines
        self.room = room
        self.emit = emit
    }

    /// - Throws: ``Failure``, `CancellationError`. The partial is kept where it holds anything.
    package func run(meter: TransferMeter) async throws -> Outcome {
        do {
            let (partial, found) = try await lock()
            var isWorking = false
            // A lock that was taken in vain leaves nothing behind.
            defer { if !isWorking { partial.discardIfBlank() } }
            // Ours first: it says who has it and how far they are.
            let shared = try await sharedLock()
            defer { withExtendedLifetime(shared) {} }
            // Whoever held the lock before may have finished the file.
            if let done = try await completeMeanwhile() {
                partial.discard()
                return done
            }
            isWorking = true
            let outcome = try await work(on: partial, found, meter)
            HubIncomplete(planned: planned).remove(isLocked: shared != nil)
            return outcome
        } catch let fault as IOFault {
            throw fault.failure
        }
    }

    private func lock() async throws -> (Partial, PartialRecord?) {
        var lock = PartialLock(
            target: planned.target, names: planned.placement.partial, timeout: options.wait?.value,
            onWait: { holder in
                let who = holder.map { "process \($0.pid) on \($0.host)" } ?? "another process"
                emit(.waiting(planned.tag, reason: .locked, seconds: options.wait?.value, note: "\(who) is fetching it"))
            },
            onProgress: { record in
                // What is shown is the other one's: it is its record that is read.
                guard let size = record.size, let map = record.pieces.flatMap({ PieceMap(size: size, hex: $0) }) else { return }
                emit(.progress(planned.tag, Event.Progress(received: map.completeBytes, size: size, rate: 0, eta: nil, connections: 0)))
            })
        lock.onSeparation = { emit(.warning(planned.tag, kind: "hard_link", message: $0)) }
        return try await lock.acquire()
    }

    /// What `huggingface_hub` locks where it keeps its files; nil elsewhere.
    private func sharedLock() async throws -> HubLock? {
        guard let path = planned.placement.sharedLock else { return nil }
        return try await HubLock.acquire(path, for: planned.target, timeout: options.wait?.value) {
            emit(.waiting(planned.tag, reason: .locked, seconds: options.wait?.value, note: "another program is fetching it"))
        }
    }

    private func work(on partial: Partial, _ found: PartialRecord?, _ meter: TransferMeter) async throws -> Outcome {
        if let why = try partial.adopt(planned.wanted, found: found, verifies: options.verifies) {
            emit(.warning(planned.tag, kind: "restarted", message: "the partial of \(planned.target) is not used: \(why)."))
        }
        if planned.compatibility?.takesPages == true { partial.expectPage() }
        let started = ContinuousClock.now
        meter.set(received: partial.presentBytes)
        do {
            let (verdict, engine, seconds) = try await withHeartbeat(partial) {
                let (verdict, engine) = try await fetchAndVerify(partial, meter)
                let seconds = (ContinuousClock.now - started) / .seconds(1)
                try await place(partial, verdict)
                return (verdict, engine, seconds)
            }
            partial.removeCompanions()
            let fetched = meter.fetchedBytes
            return .finished(
                Event.Finished(
                    size: partial.size ?? 0, sha256: verdict.sha256, verified: verdict.algorithm, engine: engine, seconds: seconds,
                    fetched: fetched, averageRate: seconds > 0 ? Double(fetched) / seconds : 0))
        } catch {
            leave(partial, after: error)
            throw error
        }
    }

    private func completeMeanwhile() async throws -> Outcome? {
        guard !options.force, case .complete(let size, let sha256) = try await Inspection.of(planned, options: options, announce: {}) else {
            return nil
        }
        try await FilePlacer(planned.placement).confirm()
        emit(.skipped(planned.tag, reason: .complete, size: size, sha256: sha256))
        return .skipped(size: size)
    }

    private func fetchAndVerify(_ partial: Partial, _ meter: TransferMeter) async throws -> (Verdict, EngineName) {
        let gitSize = planned.digest?.algorithm == .gitSHA1 ? planned.file.size : nil
        let digest = IncrementalHasher(gitSize: gitSize)
        var loop = TransferLoop(
            planned: planned, partial: partial, options: options, engines: engines, room: room, digest: digest, meter: meter,
            emit: emit)
        var mismatches: [String] = []
        var suspects: MirrorSuspects?
        var isCopied = try await copyFromCache(into: partial, meter)
        while true {
            let engine = isCopied ? .builtin : try await loop.run()
            isCopied = false
            let outcome = try await Verification(
                planned: planned, partial: partial, digest: digest, verifies: options.verifies, emit: emit
            ).run()
            if let taken = suspects.take() { try await name(taken, partial) }
            switch outcome {
            case .good(let verdict):
                return (verdict, engine)
            case .mismatch(let got, let complaint):
                suspects = try await MirrorSuspects.take(from: partial)
                if suspects != nil {
                    emit(
                        .warning(
                            planned.tag, kind: "checksum",
                            message: "the checksum of \(planned.target) is wrong; what mirrors brought is fetched again from the source."))
                    digest.reset()
                    loop.leaveMirrors()
                    continue
                }
                mismatches.append(got)
                partial.discardBytesQuietly()
                digest.reset()
                guard mismatches.count < 2 else {
                    throw complaint.map { ContentCheck.failure($0, host: nil) } ?? checksumFailure(mismatches)
                }
                emit(.warning(planned.tag, kind: "checksum", message: "the checksum of \(planned.target) is wrong; one clean try is made."))
                await loop.beginClean()
            }
        }
    }

    /// - Returns: whether the whole file was on this machine.
    private func copyFromCache(into partial: Partial, _ meter: TransferMeter) async throws -> Bool {
        guard let path = planned.cached, planned.digest != nil, let size = planned.file.size, partial.presentBytes == 0 else {
            return false
        }
        partial.begin(size: size)
        return try await CachedCopy(path: path).fill(partial, meter: meter)
    }

    /// Says which mirrors had other bytes than the source, now that its own are there.
    private func name(_ suspects: MirrorSuspects, _ partial: Partial) async throws {
        let names = try await suspects.differing(in: partial)
        guard !names.isEmpty else { return }
        emit(
            .warning(
                planned.tag, kind: "mirror",
                message: "other bytes than the source's came from \(names.joined(separator: ", ")): do not use it for this file."))
    }

    private func checksumFailure(_ got: [String]) -> Failure {
        let expected = planned.digest?.hex ?? ""
        if planned.isDigestDemanded, Set(got).count == 1 {
            return Failure(
                .checksum, "\(planned.shown) does not have the checksum that was asked for.",
                why: "expected \(expected), got \(got[0]) twice.",
                hint: "check the value given, or, if you trust these bytes, give --sha256 \(got[0])")
        }
        if Set(got).count == 1 {
            return Failure(
                .checksum, "\(planned.shown) does not have the published checksum.",
                why: "expected \(expected), got \(got[0]) twice: the source serves other bytes than it publishes.",
                hint: planned.digest?.algorithm == .gitSHA1
                    ? "tell whoever publishes it, or leave it out with --exclude."
                    : "tell whoever publishes it, or, if you trust these bytes, "
                        + (planned.isOneOfSeveral ? "fetch this file alone with" : "accept them with") + " --sha256 \(got[0])")
        }
        return Failure(
            .checksum, "\(planned.shown) does not have the published checksum.",
            why: "expected \(expected), got \(got.joined(separator: ", then ")).",
            hint: "the line or a proxy damages what passes; try again, from another network if it stays so.")
    }

    /// Keeps saying in the record that somebody is at work, also while it waits, verifies or copies.
    private func withHeartbeat<Result: Sendable>(_ partial: Partial, _ work: @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                while (try? await Task.sleep(for: Self.heartbeat)) != nil {
                    // A disk that refuses the record refuses the data too, and that is where it is reported.
                    try? await BlockingExecutor.run { try partial.save() }
                }
            }
            return try await work()
        }
    }

    private func place(_ partial: Partial, _ verdict: Verdict) async throws {
        try partial.file.synchronize()
        guard partial.isInPlace() else {
            throw Failure(
                .io, "the partial \(partial.names.data) vanished while it was being fetched.", why: "something removed or replaced it.",
                hint: "run the same command again: it starts that file again.")
        }
        try await refuseStranger()
        // The record first: a crash between the two leaves a file that is known, never one that is in the way.
        let status = try partial.file.status()
        var record = FinishedRecord(
            reference: planned.file.pinned, identity: planned.file.identity, size: status.size, modified: status.modified,
            sha256: verdict.sha256, digest: planned.digest?.description, etag: partial.record.etag,
            lastModified: partial.record.lastModified ?? planned.file.lastModified, verified: verdict.algorithm)
        record.list = planned.list
        if let compatibility = planned.compatibility {
            if compatibility.takesServerTime, let time = serverTime(partial) { partial.file.setModified(time) }
            return try await FilePlacer(planned.placement).place(partial)
        }
        try record.write(to: planned.recordPath)
        try await FilePlacer(planned.placement).place(partial)
        // A copy may have got another time.
        if let placed = Disk.status(planned.placement.payload), placed.kind == .file, placed.modified != record.modified {
            record.modified = placed.modified
            try record.write(to: planned.recordPath)
        }
    }

    /// When the source last changed the file, in nanoseconds since 1970; nil where it does not say, or says protocolViolation.
    private func serverTime(_ partial: Partial) -> Int64? {
        // An empty file has no bytes to ask for: what was said with its link counts.
        guard let seconds = (partial.record.lastModified ?? planned.file.lastModified).flatMap(UTCTime.imfFixdate),
            (0..<Self.endOfTime).contains(seconds)
        else { return nil }
        return Int64(seconds) * 1_000_000_000
    }

    /// The year 2200: a later date is a mistake, and soon behind it nanoseconds since 1970 no longer fit.
    private static let endOfTime: Double = 7_258_118_400

    /// Whatever got the name while the file was on its way is not ours to replace, unless it would have been before.
    private func refuseStranger() async throws {
        // A blob of that name is the same file, whoever brought it.
        if case .cache = planned.placement.form { return }
        _ = try await Inspection.of(planned, options: options, announce: {})
    }

    /// After a failure: what can be resumed is saved, what is worth nothing goes.
    private func leave(_ partial: Partial, after error: any Error) {
        partial.absorbControlFile()
        // Only a whole file has been found wrong as such: to what came before a page, or another size, that says nothing.
        if partial.presentBytes == 0 || ((error as? Failure)?.code == .wrongData && partial.map?.isComplete == true) {
            partial.discard()
        } else {
            try? partial.saveForLater()
        }
    }
}

extension Partial {
    /// Empties it after a checksum that was wrong; a disk that refuses shows at the next write.
    fileprivate func discardBytesQuietly() { try? startOver() }
}
