import Curl
import FetchKit
import FetchTypes
import Queue
import Storage
import Synchronization
import Transfer

/// Runs the jobs of a queue until there is nothing to do, or it is stopped. At most one works on a queue (``WorkerLease``).
package final class Worker: Sendable {
    /// Jobs whose transfer runs, and those that are being ended.
    struct State {
        var running: [JobNumber: RunningJob] = [:]
        var ending: Set<JobNumber> = []
    }

    package let setup: Setup
    private let secrets: JobSecrets
    let reader: QueueReader
    let starter: JobStarter
    private let finisher: JobFinisher
    private let alarm = Alarm()
    let state = Mutex(State())
    private let stopping: StopFlag

    private final class StopFlag: Sendable { let isSet = Atomic(false) }

    /// Seconds between two reads of the wish files.
    private static let lookEvery = 0.25

    package init(_ setup: Setup) {
        self.setup = setup
        secrets = JobSecrets(common: setup.secrets)
        let complaints = WorkerComplaints(setup.say)
        let stopping = StopFlag()
        self.stopping = stopping
        reader = QueueReader(setup.store, complaints)
        starter = JobStarter(setup, secrets: secrets, reader: reader, complaints: complaints)
        finisher = JobFinisher(
            store: setup.store, secrets: secrets, complaints: complaints, isStopping: { stopping.isSet.load(ordering: .acquiring) })
    }

    /// Ends it: jobs go back into the queue, partials are kept.
    package func stop() {
        stopping.isSet.store(true, ordering: .releasing)
        for job in runningJobs { job.stop(.quit) }
        alarm.ring()
    }

    var isStopping: Bool { stopping.isSet.load(ordering: .acquiring) }
    private var runningJobs: [RunningJob] { state.withLock { Array($0.running.values) } }

    /// Works until there is nothing to do, or it is stopped. The caller holds the lease.
    package func run() async {
        await setup.runtime.run {
            await withDiscardingTaskGroup { group in
                while !isStopping {
                    setup.runtime.limiter.set(setup.ceiling(Moment.now))
                    look()
                    endCancelled(&group)
                    startJobs(&group)
                    if isIdle { break }
                    await alarm.wait(Self.lookEvery)
                }
                // Wishes for jobs that end now are not read any more.
                for job in runningJobs { job.stop(.quit) }
                if isStopping { group.cancelAll() }
            }
        }
    }

    /// Whether it may end: nothing runs, waits for its turn or its time, or is about to come.
    private var isIdle: Bool {
        guard setup.endsWhenIdle, !secrets.isExpectingJob else { return false }
        return state.withLock { $0.running.isEmpty && $0.ending.isEmpty } && !reader.needsWorker
    }

    // MARK: looking

    private func look() {
        var isMoved = reader.refresh()
        let now = Moment.now
        for job in runningJobs {
            isMoved = job.takeWishes(setup.store.wishes(job.number)) || isMoved
            if QueuePlan.hasToStop(job.record, at: now, setup.clock) { job.stop(.window) }
            job.writeProgress()
        }
        reader.lookAhead(besides: state.withLock { Set($0.running.keys) })
        isMoved = reader.refresh() || isMoved
        if isMoved { setOrder() }
    }

    private func setOrder() {
        let running = state.withLock { $0.running }
        let orders = Dictionary(
            reader.jobs.map { (job: JobRecord) -> (JobNumber, OrderKey) in (job.number, running[job.number]?.record.order ?? job.order) },
            uniquingKeysWith: { first, _ in first })
        let numbers = orders.keys.sorted { one, other in
            let (first, second) = (orders[one]!, orders[other]!)
            return first != second ? first < second : one < other
        }
        setup.runtime.permits.setOrder(numbers.map { Int($0.value) })
    }

    // MARK: jobs

    func run(_ job: RunningJob) async {
        let record = job.record
        let values = secrets.values(for: job.number, needed: record.line.secrets) ?? [:]
        let assignment = JobAssignment(
            record: record, secrets: values, limiter: job.limiter, runtime: setup.runtime, log: setup.store.folder.log(job.number),
            onEvent: { job.board.handle($0) }, onPaths: { job.add($0) }, onPartial: { job.board.note($0, partial: $1) })
        let outcome = await job.work { [setup] in await setup.runLine(assignment) }
        let settled = job.settle(outcome)
        state.withLock { state in
            state.ending.insert(job.number)
            state.running[job.number] = nil
        }
        alarm.ring()
        setup.say("job \(job.number): \(settled.state.rawValue)\(settled.fault.map { ": \($0.message)" } ?? "")")
        await end(settled, job.lock)
    }

    /// Jobs that were cancelled while they waited, and those whose end was interrupted.
    private func endCancelled(_ group: inout DiscardingTaskGroup) {
        let busy = state.withLock { $0.ending.union($0.running.keys) }
        for job in reader.jobs where job.state.isEnded && !job.isForeground && !busy.contains(job.number) {
            let number = job.number
            guard case .taken(let lock)? = try? setup.store.lock(number), var record = lock.read(),
                (try? lock.applyWishes(to: &record, at: Moment.now)) != nil, record.state.isEnded
            else { continue }
            state.withLock { _ = $0.ending.insert(number) }
            group.addTask { [record] in await self.end(record, lock) }
        }
    }

    private func end(_ record: JobRecord, _ lock: JobLock) async {
        await finisher.finish(record, lock)
        state.withLock { _ = $0.ending.remove(record.number) }
        reader.markStale()
        alarm.ring()
    }

    // MARK: what commands say

    func answer(_ request: WorkerRequest) -> WorkerAnswer {
        var isAccepted = !isStopping
        switch request.action {
        case .look:
            reader.markStale()
            alarm.ring()
        case .give:
            secrets.give(request.values, to: request.jobs.compactMap { JobNumber($0) })
        case .stop:
            isAccepted = !setup.foreground
            if isAccepted { stop() }
        }
        return WorkerAnswer(pid: ThisProcess.pid, version: setup.version, foreground: setup.foreground, accepted: isAccepted)
    }
}
