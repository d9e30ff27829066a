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
    let engines: any EngineSelection
    let room: BatchRoom
    /// How a fleet brings it; nil: it is fetched alone.
    let shared: SharedFile?
    let emit: EventSink

    init(
        _ planned: PlannedFile, options: FetchOptions, engines: EngineChooser, room: BatchRoom, shared: SharedFile? = nil,
        emit: @escaping EventSink
    ) {
        self.planned = planned
        self.options = options
        self.engines = shared.map { FleetSelection(ordinary: engines, engine: $0.engine) } ?? engines
        self.shared = shared
        self.room = room
        self.emit = emit
    }

    /// - Throws: ``Failure``, `CancellationError`. The partial is kept where it holds anything.
    package func run(meter: TransferMeter) async throws -> Outcome {
        do {
            let outcome = try await runLocked(meter)
            if case .skipped = outcome { await shared?.leave() }
            return outcome
        } catch let fault as IOFault {
            await shared?.leave()
            throw fault.failure
        } catch {
            await shared?.leave()
            throw error
        }
    }

    /// - Throws: ``Failure``, ``IOFault``, `CancellationError`.
    private func runLocked(_ meter: TransferMeter) async throws -> Outcome {
        let (partial, found) = try await lock()
        var isWorking = false
        // Where the lock turns out not to be needed, its empty file is removed.
        defer { if !isWorking { partial.discardIfBlank() } }
        // Ours first: it says who has it and how far they are.
        let hubLock = try await sharedLock()
        defer { withExtendedLifetime(hubLock) {} }
        // The previous holder of the lock may have finished the file.
        if let done = try await completeMeanwhile() {
            partial.discard()
            return done
        }
        isWorking = true
        let outcome = try await work(on: partial, found, meter)
        HubIncomplete(planned: planned).remove(isLocked: hubLock != nil)
        return outcome
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
        if let linked = try await LinkedFile(planned: planned, partial: partial, options: options, emit: emit).run() { return linked }
        meter.set(received: partial.presentBytes)
        do {
            let (verdict, engine, seconds) = try await withHeartbeat(partial) {
                let (verdict, engine) = try await VerifiedTransfer(
                    planned: planned, partial: partial, options: options, engines: engines, room: room, meter: meter, shared: shared,
                    emit: emit
                ).run()
                let seconds = (ContinuousClock.now - started) / .seconds(1)
                try await FileFinisher(planned: planned, partial: partial, options: options).place(verdict)
                return (verdict, engine, seconds)
            }
            partial.removeCompanions()
            let fetched = meter.fetchedBytes
            return .finished(
                Event.Finished(
                    size: partial.size ?? 0, sha256: verdict.sha256, verified: verdict.algorithm, engine: engine, seconds: seconds,
                    fetched: fetched, averageRate: seconds > 0 ? Double(fetched) / seconds : 0))
        } catch {
            // The fleet's aria2c writes nothing more after that.
            await shared?.leave()
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

    /// Keeps updating the record while this process works on the file, also while it waits, verifies or copies.
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

    /// After a failure: what can be resumed is saved, what is worth nothing goes.
    private func leave(_ partial: Partial, after error: any Error) {
        partial.absorbControlFile()
        // Only a whole file has been found wrong as such: that does not hold for bytes before a page, or of another size.
        if partial.presentBytes == 0 || ((error as? Failure)?.code == .wrongData && partial.map?.isComplete == true) {
            partial.discard()
        } else {
            try? partial.saveForLater()
        }
    }
}
