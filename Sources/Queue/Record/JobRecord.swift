package import FetchTypes

/// The facts of a job, as its file holds them. Only who holds the job's ``JobLock`` writes them.
package struct JobRecord: Sendable, Equatable {
    /// The version of the form that this program writes and reads.
    package static let version: Int64 = 1

    package let number: JobNumber
    /// Never ``JobState/scheduled``: see ``state(at:_:)``.
    package var state: JobState
    package var line: JobLine
    /// The references as they may be shown.
    package var references: [String]
    /// Where files go that have no place of their own, absolute.
    package var directory: String
    package var created: Moment
    /// When it ran first.
    package var started: Moment?
    package var ended: Moment?
    package var order: OrderKey
    package var notBefore: Moment?
    package var window: DailyWindow?
    /// Bytes per second; nil for no limit of its own.
    package var limitRate: ByteCount?
    package var progress = JobProgress()
    /// The final paths, as `add` prints them.
    package var paths: [String] = []
    /// The exit code of an ended job.
    package var code: Int32?
    /// Why it failed, or why it waits for its user.
    package var fault: JobFault?
    package var hooks = JobHooks()
    /// The hook of an ended job has been started, or there is none to run.
    package var isHookDone = false
    /// The partials are to be removed with the job, and that has not been done yet.
    package var deletes = false
    /// It belongs to a foreground `add`, and goes when that process has gone.
    package var isForeground = false
    /// The process that runs or last ran it.
    package var pid: Int32?
    package var applied = AppliedWishes()

    package init(
        number: JobNumber, line: JobLine, references: [String], directory: String, created: Moment, state: JobState = .queued
    ) {
        self.number = number
        self.line = line
        self.references = references
        self.directory = directory
        self.created = created
        self.state = state
        order = OrderKey(number)
    }

    /// The state that is shown: a queued job whose time has not come is scheduled.
    package func state(at now: Moment, _ clock: LocalClock) -> JobState {
        state == .queued && !mayRun(at: now, clock) ? .scheduled : state
    }

    /// Whether its times allow it to run.
    package func mayRun(at now: Moment, _ clock: LocalClock) -> Bool {
        if let notBefore, now < notBefore { return false }
        return window?.contains(now, clock) ?? true
    }

    /// The first moment, from `now` on, at which its times allow it to run.
    package func nextStart(from now: Moment, _ clock: LocalClock) -> Moment {
        let earliest = notBefore.map { max($0, now) } ?? now
        return window?.opening(from: earliest, clock) ?? earliest
    }

    /// The command that is still to be started because the job has ended; nil when there is none.
    package var pendingHook: [String]? { isHookDone ? nil : hooks.command(for: state) }

    /// Ends it: nothing moves any more.
    package mutating func end(_ state: JobState, code: Int32, at now: Moment, fault: JobFault? = nil) {
        precondition(state.isEnded)
        self.state = state
        self.code = code
        ended = now
        self.fault = fault
        progress.halt()
        isHookDone = hooks.command(for: state) == nil
    }

    /// Makes a failed or cancelled job wait again.
    package mutating func requeue(order: OrderKey) {
        state = .queued
        self.order = order
        (code, ended, fault, paths) = (nil, nil, nil, [])
        (isHookDone, deletes, isForeground, pid) = (false, false, false, nil)
        applied = AppliedWishes()
    }
}
