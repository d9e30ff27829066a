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

    let planned: PlannedFile
    let options: FetchOptions
    private(set) var engines: any EngineSelection
    let room: BatchRoom
    /// How a fleet brings it; nil: it is fetched alone.
    private(set) var shared: SharedFile?
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

    /// Another process has taken the partial over, because this one was silent for too long, as a machine that was asleep.
    private struct Taken: Error {}

    /// - Throws: ``Failure``, `CancellationError`. The partial is kept where it holds anything.
    package func run(meter: TransferMeter) async throws -> Outcome {
        do {
            let outcome = try await runUntilKept(meter)
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

    /// Runs again where another process has taken the partial over: it waits for that one then.
    private func runUntilKept(_ meter: TransferMeter) async throws -> Outcome {
        var job = self
        while true {
            do { return try await job.runLocked(meter) } catch is Taken {
                emit(
                    .warning(
                        planned.tag, kind: "note",
                        message: "another process has taken \(planned.target) over, because this one was silent for a minute."))
                await job.shared?.leave()
                job.shared = nil
                job.engines = (engines as? FleetSelection)?.ordinary ?? engines
            }
        }
    }

    /// - Throws: ``Taken``, ``Failure``, ``IOFault``, `CancellationError`.
    private func runLocked(_ meter: TransferMeter) async throws -> Outcome {
        let (partial, found) = try await lock()
        defer { partial.release() }
        do {
            let outcome = try await partial.withHeartbeat { try await runHeld(partial, found, meter) }
            partial.removeCompanions()
            return outcome
        } catch {
            // Its failures are those of a file that is another process's.
            if !(error is CancellationError), partial.isTakenNow() { throw Taken() }
            throw error
        }
    }

    /// - Throws: ``Failure``, ``IOFault``, `CancellationError`.
    private func runHeld(_ partial: Partial, _ found: PartialRecord?, _ meter: TransferMeter) async throws -> Outcome {
        var isWorking = false
        // Where the lock turns out not to be needed, its empty file is removed.
        defer { if !isWorking { partial.discardIfBlank() } }
        // Ours first: it says who has it and how far they are.
        let hubLock = try await sharedLock()
        defer { withExtendedLifetime(hubLock) {} }
        // The previous holder of the lock may have finished the file.
        if let done = try await completeMeanwhile(partial, found) {
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
            let (verdict, engine) = try await VerifiedTransfer(
                planned: planned, partial: partial, options: options, engines: engines, room: room, meter: meter, shared: shared,
                emit: emit
            ).run()
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            try await FileFinisher(planned: planned, partial: partial, options: options).place(verdict)
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

    /// Looks again for what another machine has just placed, ten times a second: its name may show only after a while here.
    private static let looks = 30

    private func completeMeanwhile(_ partial: Partial, _ found: PartialRecord?) async throws -> Outcome? {
        guard !options.force else { return nil }
        for look in 0..<(partial.wasElsewhere && found == nil ? Self.looks : 1) {
            if look > 0 { try await Task.sleep(for: .milliseconds(100)) }
            guard case .complete(let size, let sha256) = try await Inspection.of(planned, options: options, announce: {}) else { continue }
            try await FilePlacer(planned.placement).confirm()
            emit(.skipped(planned.tag, reason: .complete, size: size, sha256: sha256))
            return .skipped(size: size)
        }
        return nil
    }

    /// After a failure: what can be resumed is saved, what is worth nothing goes.
    private func leave(_ partial: Partial, after error: any Error) {
        guard !partial.isTakenNow() else { return }
        partial.absorbControlFile()
        // Only a whole file has been found wrong as such: that does not hold for bytes before a page, or of another size.
        if partial.presentBytes == 0 || ((error as? Failure)?.code == .wrongData && partial.map?.isComplete == true) {
            partial.discard()
        } else {
            try? partial.saveForLater()
        }
    }
}
