import Events
import FetchKit
import FetchTypes
import Storage
import Synchronization
import Transfer
import Worker

/// Runs a batch until it ends, or a signal, a job's cancellation or another process's end stops it.
struct InterruptibleBatch {
    let batch: Batch
    let services: BatchServices
    /// The job of the queue that the batch is; nil: none.
    let job: ForegroundJob?
    let signals: Signals
    let reporter: any Reporter
    let repeated: RepeatedFailureFilter
    let isJSON: Bool

    /// - Parameter stopWithProcess: the process with whose end this one ends too.
    func run(stopWithProcess: Int32?) async -> Batch.Outcome {
        let (reporter, repeated, services, signals, json) = (reporter, repeated, services, signals, isJSON)
        // A batch that is run again after a pause finds them there: they are told once.
        let told = ToldResults()
        let (batch, job) = (batch, job)
        let fetch: @Sendable () async -> Batch.Outcome = {
            await batch.run { index, result in
                guard case .there(let paths) = result else { return reporter.settle(result) }
                guard told.first(index) else { return }
                job?.add(paths)
                reporter.settle(result)
                repeated.noteOther()
            }
        }
        let work = Task {
            await services.runtime.run {
                guard let job else { return await fetch() }
                return await job.run(fetch) { isPaused in
                    let what: String =
                        isPaused
                        ? "job \(job.number) was paused from elsewhere and waits; it goes on with: fetchctl resume \(job.number)"
                        : "job \(job.number) goes on."
                    reporter.handle(.warning(nil, kind: "note", message: what))
                }
            }
        }
        signals.handle(
            Signals.Actions(
                end: { work.cancel() },
                suspend: { isHalted in
                    services.runtime.engines.current?.supervisor?.setSuspended(isHalted)
                    if !isHalted { reporter.redraw(afterPause: true) }
                },
                // A program that reads the events waits for the last one.
                giveUp: { if json { reporter.handle(.summary(Event.Summary(code: signals.exitCode.rawValue))) } }))
        let follower = stopWithProcess.map { pid in Task { await follow(pid) } }
        let outcome = await work.value
        follower?.cancel()
        // Every file has been told to stop; the reason is one.
        if !json, signals.isEnding { reporter.fail(services.interrupted) }
        if !json, let job, job.isCancelled, !signals.isEnding {
            reporter.fail(
                Failure(
                    .interrupted, "job \(job.number) was cancelled from elsewhere.",
                    hint: job.deletes
                        ? "run the same command again: what was unfinished has been removed, and it starts from the beginning."
                        : "run the same command again: it goes on where this stopped."))
        }
        return outcome
    }

    /// Ends this process as SIGTERM would when another process has ended.
    private func follow(_ pid: Int32) async {
        while ProcessTable.isRunning(pid) {
            guard (try? await Task.sleep(for: .milliseconds(250))) != nil else { return }
        }
        signals.end(ProcessTable.terminate)
    }
}

/// Which results have been reported.
private final class ToldResults: Sendable {
    private let numbers = Mutex<Set<Int>>([])
    func first(_ number: Int) -> Bool { numbers.withLock { $0.insert(number).inserted } }
}
