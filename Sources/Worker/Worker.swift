import Curl
package import FetchKit
import FetchTypes
package import Queue
import Storage
import Synchronization
import Transfer

/// Runs the jobs of a queue until there is nothing to do, or it is stopped. At most one works on a queue (``WorkerLease``).
package final class Worker: Sendable {
    /// What a worker works with.
    package struct Setup: Sendable {
        package var store: QueueStore
        package var runtime: FetchRuntime
        package var version: String
        /// A person started it.
        package var foreground: Bool
        /// It ends after the last job.
        package var endsWhenIdle: Bool
        /// Secrets of its own environment that jobs may use, by variable.
        package var secrets: [String: String]
        package var clock: LocalClock
        /// The ceiling over all jobs at a moment, in bytes per second; nil for none.
        package var ceiling: @Sendable (Moment) -> Int64?
        package var runLine: JobLineRunner
        /// Told in one line what happens.
        package var say: @Sendable (String) -> Void

        package init(
            store: QueueStore, runtime: FetchRuntime, version: String, foreground: Bool, endsWhenIdle: Bool,
            secrets: [String: String] = [:], clock: LocalClock = .system, ceiling: @escaping @Sendable (Moment) -> Int64?,
            runLine: @escaping JobLineRunner, say: @escaping @Sendable (String) -> Void
        ) {
            self.store = store
            self.runtime = runtime
            self.version = version
            self.foreground = foreground
            self.endsWhenIdle = endsWhenIdle
            self.secrets = secrets
            self.clock = clock
            self.ceiling = ceiling
            self.runLine = runLine
            self.say = say
        }
    }

    private struct State {
        /// Jobs whose transfer runs, and those that are being brought to their end.
        var running: [JobNumber: RunningJob] = [:]
        var ending: Set<JobNumber> = []
        var isStopping = false
        /// The queue as it was read last.
        var jobs: [JobRecord] = []
        var listed = ContinuousClock.now
        /// Something was said or has ended since.
        var isStale = true
        /// Until when no job is started, because facts could not be written.
        var holdsOff: ContinuousClock.Instant?
        /// What was read of wishes for those that wait.
        var seen: [JobNumber: [WrittenWish]] = [:]
        var said: Set<String> = []
    }

    package let setup: Setup
    private let secrets: JobSecrets
    private let alarm = Alarm()
    private let state = Mutex(State())

    /// Seconds between two looks at wishes.
    private static let lookEvery = 0.25
    /// Jobs behind the running ones whose wishes are looked at.
    private static let looksAhead = 100
    /// The whole queue is read again at least so often: another machine's commands cannot call.
    private static let listEvery = Duration.seconds(5)

    package init(_ setup: Setup) {
        self.setup = setup
        secrets = JobSecrets(common: setup.secrets)
    }

    /// Ends it: jobs go back into the queue, partials are kept.
    package func stop() {
        let running = state.withLock { state in
            state.isStopping = true
            return Array(state.running.values)
        }
        for job in running { job.stop(.quit) }
        alarm.ring()
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Works until there is nothing to do, or it is stopped. The caller holds the lease.
    package func run() async {
        await setup.runtime.run {
            await withDiscardingTaskGroup { group in
                while !isStopping {
                    setup.runtime.limiter.set(setup.ceiling(Moment.now))
                    list()
                    attendRunning()
                    lookAhead()
                    endCancelled(&group)
                    startJobs(&group)
                    if isIdle { break }
                    await alarm.wait(Self.lookEvery)
                }
                // Jobs that end now need nobody's wishes any more.
                for job in state.withLock({ Array($0.running.values) }) { job.stop(.quit) }
                if isStopping { group.cancelAll() }
            }
        }
    }

    /// Whether it may end: nothing runs, waits for its turn or its time, or is about to come.
    private var isIdle: Bool {
        guard setup.endsWhenIdle, !secrets.isExpectingJob else { return false }
        let isBusy = state.withLock { !$0.running.isEmpty || !$0.ending.isEmpty }
        return !isBusy && !QueuePlan.needsWorker(setup.store.list().jobs)
    }

    // MARK: looking

    private func list() {
        let isDue = state.withLock { $0.isStale || ContinuousClock.now - $0.listed > Self.listEvery }
        guard isDue else { return }
        state.withLock { $0.isStale = false }
        let listing = setup.store.list()
        let news = state.withLock { state in
            state.jobs = listing.jobs
            state.listed = .now
            state.seen = [:]
            return listing.problems.map(\.message).filter { state.said.insert($0).inserted }
        }
        for message in news { setup.say("warning: \(message)") }
        setOrder()
    }

    private func setOrder() {
        let (jobs, running) = state.withLock { ($0.jobs, $0.running) }
        let orders = Dictionary(
            jobs.map { (job: JobRecord) -> (JobNumber, OrderKey) in (job.number, running[job.number]?.record.order ?? job.order) },
            uniquingKeysWith: { first, _ in first })
        let numbers = orders.keys.sorted { one, other in
            let (first, second) = (orders[one]!, orders[other]!)
            return first != second ? first < second : one < other
        }
        setup.runtime.permits.setOrder(numbers.map { Int($0.value) })
    }

    private func attendRunning() {
        var isMoved = false
        let now = Moment.now
        for job in state.withLock({ Array($0.running.values) }) {
            isMoved = job.takeWishes(setup.store.wishes(job.number)) || isMoved
            if QueuePlan.hasToStop(job.record, at: now, setup.clock) { job.stop(.window) }
            job.writeProgress()
        }
        if isMoved { setOrder() }
    }

    /// A wish for a job that waits makes the queue be read again.
    private func lookAhead() {
        let (jobs, running) = state.withLock { ($0.jobs, $0.running) }
        let waiting = jobs.lazy.filter { !$0.isForeground && running[$0.number] == nil }.prefix(Self.looksAhead).map { $0.number }
        for number in waiting {
            let wishes = setup.store.wishes(number)
            state.withLock { state in
                if let before = state.seen[number], before != wishes { state.isStale = true }
                state.seen[number] = wishes
            }
        }
        list()
    }

    // MARK: jobs

    private func startJobs(_ group: inout DiscardingTaskGroup) {
        let (jobs, holdsOff) = state.withLock { ($0.jobs, $0.holdsOff) }
        if let holdsOff, ContinuousClock.now < holdsOff { return }
        for job in QueuePlan.runnable(jobs, at: Moment.now, setup.clock) {
            guard !isStopping, load < setup.runtime.permits.limit else { return }
            guard state.withLock({ $0.running[job.number] == nil && !$0.ending.contains(job.number) }) else { continue }
            guard let running = take(job.number) else { continue }
            state.withLock { $0.running[job.number] = running }
            setup.say("job \(job.number): running")
            group.addTask { await self.run(running) }
        }
    }

    /// Large files that the running jobs have or want; a job that has not come so far, or has small ones, counts as one.
    private var load: Int {
        state.withLock { Array($0.running.keys) }.reduce(0) { (sum: Int, number: JobNumber) in
            sum + max(1, setup.runtime.permits.load(of: Int(number.value)))
        }
    }

    /// Takes a job's lock, and makes it a running one.
    /// - Returns: nil where it is not to run now after all.
    private func take(_ number: JobNumber) -> RunningJob? {
        do throws(Failure) {
            guard case .taken(let lock) = try setup.store.lock(number), var record = lock.read() else { return nil }
            if record.state == .running {
                // Whoever ran it has died.
                record.state = .queued
                record.progress = setup.store.progress(number) ?? record.progress
            }
            try lock.applyWishes(to: &record, at: Moment.now)
            guard record.state == .queued, !record.isForeground, record.mayRun(at: Moment.now, setup.clock) else {
                // What was read before is out of date.
                state.withLock { $0.isStale = true }
                return nil
            }
            guard secrets.values(for: number, needed: record.line.secrets) != nil else {
                record.state = .paused
                record.fault = Self.lostSecrets(record)
                try lock.write(record)
                setup.say("job \(number): paused, because its token was not kept")
                state.withLock { $0.isStale = true }
                return nil
            }
            record.state = .running
            record.started = record.started ?? Moment.now
            record.pid = ThisProcess.pid
            record.fault = nil
            try lock.write(record)
            let limiter = RateLimiter(bytesPerSecond: record.limitRate?.bytes, within: setup.runtime.limiter)
            return RunningJob(record, lock, limiter: limiter)
        } catch {
            let isNew = state.withLock { state in
                state.holdsOff = .now + .seconds(5)
                return state.said.insert(error.message).inserted
            }
            if isNew { setup.say(error.description) }
            return nil
        }
    }

    private static func lostSecrets(_ record: JobRecord) -> JobFault {
        JobFault(
            .needsLogin, "the job waits for \(record.line.secrets.joined(separator: ", ")), which it was added with.",
            why: "tokens are kept in the worker's memory only, and that worker has ended.",
            hint: "where the variable is set: fetchctl resume \(record.number)")
    }

    private func run(_ job: RunningJob) async {
        let record = job.record
        let values = secrets.values(for: job.number, needed: record.line.secrets) ?? [:]
        let assignment = JobAssignment(
            record: record, secrets: values, limiter: job.limiter, runtime: setup.runtime, log: setup.store.folder.log(job.number),
            onEvent: { job.board.handle($0) }, onPaths: { job.add($0) })
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
        let (jobs, busy) = state.withLock { ($0.jobs, $0.ending.union($0.running.keys)) }
        for job in jobs where job.state.isEnded && !job.isForeground && !busy.contains(job.number) {
            let number = job.number
            guard case .taken(let lock)? = try? setup.store.lock(number), var record = lock.read(),
                (try? lock.applyWishes(to: &record, at: Moment.now)) != nil, record.state.isEnded
            else { continue }
            state.withLock { _ = $0.ending.insert(number) }
            group.addTask { [record] in await self.end(record, lock) }
        }
    }

    /// Writes what became of a job, runs its hook, and brings it into the history where it has ended.
    private func end(_ record: JobRecord, _ lock: JobLock) async {
        var record = record
        if record.state.isEnded {
            secrets.forget(record.number)
            if record.deletes { PartialRemoval.run(record) }
        }
        await persist { () throws(Failure) in try lock.write(record) }
        if let words = record.pendingHook, !isStopping {
            let log = setup.store.folder.log(record.number)
            if let complaint = await HookRunner().run(words, for: record, log: log) {
                try? QueueFile.append("warning: \(complaint)", to: log)
            }
            record.isHookDone = !isStopping
        }
        if record.state.isEnded, record.pendingHook == nil {
            await persist { () throws(Failure) in try lock.finish(record) }
        }
        state.withLock { state in
            state.ending.remove(record.number)
            state.isStale = true
        }
        withExtendedLifetime(lock) {}
        alarm.ring()
    }

    /// A disk that is full now may have room later: a job that has ended is not run again because nobody could write that down.
    private func persist(_ write: () throws(Failure) -> Void) async {
        while true {
            do throws(Failure) { return try write() } catch {
                let isNew = state.withLock { $0.said.insert(error.message).inserted }
                if isNew { setup.say(error.description) }
                if isStopping { return }
                guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            }
        }
    }

    // MARK: what commands say

    func answer(_ request: WorkerRequest) -> WorkerAnswer {
        var isAccepted = !isStopping
        switch request.action {
        case .look:
            state.withLock { $0.isStale = true }
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
