import Aria2
import Curl

/// The state of polling one aria2c: the time until the next question, the rate ceilings to tell it, and whether it hangs.
struct Aria2StatusPoll {
    /// aria2c runs and does not answer.
    struct Hung: Error {}

    /// How many questions in a row may stay unanswered. Together they take ``Aria2/Aria2RPC/silenceLimit``. More than one, because
    /// the time of a question goes on while this process is suspended, and only that one's.
    static let unansweredAllowed = 2
    private static let usualPause = Duration.milliseconds(100)
    /// The pause while some job is about to end: the transfer cannot continue before it knows the job's last status.
    private static let pauseNearEnd = Duration.milliseconds(10)

    /// The time until the next question.
    private(set) var pause = Self.usualPause
    private var lastAnswer = ContinuousClock.now
    private var unanswered = 0
    /// Bytes of each job at the last answer.
    private var received: [Aria2GID: Int64] = [:]
    private var ceilings: Aria2Ceilings

    /// - Parameter limiter: the ceiling of the process.
    init(limiter: RateLimiter?) { ceilings = Aria2Ceilings(limiter) }

    /// - Returns: the ceilings to tell aria2c before the first question.
    mutating func begin() -> Aria2Ceilings.Changes { ceilings.observe([:], seconds: 0) }

    /// Takes the statuses of all jobs.
    /// - Parameter limiter: the ceiling of a job.
    /// - Returns: the ceilings to tell aria2c now.
    mutating func take(
        _ answers: [(gid: Aria2GID, status: Result<Aria2Status, Aria2RPCFault>)], limiter: (Aria2GID) -> RateLimiter?
    ) -> Aria2Ceilings.Changes {
        unanswered = 0
        let passed = (ContinuousClock.now - lastAnswer) / .seconds(1)
        lastAnswer = .now
        var came: [Aria2GID: (limiter: RateLimiter?, bytes: Int64)] = [:]
        for (gid, status) in answers {
            let length = (try? status.get())?.completedLength ?? 0
            came[gid] = (limiter(gid), max(0, length - (received[gid] ?? length)))
            received[gid] = length
        }
        received = received.filter { came[$0.key] != nil }
        pause = answers.contains { (try? $0.status.get())?.isAboutToEnd ?? false } ? Self.pauseNearEnd : Self.usualPause
        return ceilings.observe(came, seconds: passed)
    }

    /// A question was not answered in time.
    mutating func noteTimeout() throws(Hung) {
        unanswered += 1
        if unanswered == Self.unansweredAllowed { throw Hung() }
    }

    /// A question failed in another way. When aria2c has died, its exit is reported elsewhere.
    func noteFailure() throws(Hung) {
        if ContinuousClock.now - lastAnswer > .seconds(Aria2RPC.silenceLimit) { throw Hung() }
    }

    /// aria2c has ended.
    func end() { ceilings.end() }
}

extension Aria2Status {
    /// At the rate so far it ends within about two polls.
    fileprivate var isAboutToEnd: Bool {
        guard let totalLength, let completedLength, let downloadSpeed, totalLength > 0 else { return false }
        return totalLength - completedLength < downloadSpeed / 5
    }
}
