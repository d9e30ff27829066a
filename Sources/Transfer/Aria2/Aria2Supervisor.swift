package import Aria2
package import Curl
package import FetchTypes
import Partials
import Synchronization

/// Keeps one aria2c alive for all files: started at the first use, polled once for all jobs, restarted when
/// it dies, given up when that happens too often.
///
/// ``run()`` *is* the supervision: a child task of the batch, ended by cancelling it.
package actor Aria2Supervisor {
    private enum State {
        case idle
        case starting
        case running(Aria2Daemon)
        case lost(String)
    }

    /// The status of one job; the sequence ends when its aria2c does.
    package typealias StatusStream = AsyncStream<Aria2Status>

    /// What its jobs may reach.
    nonisolated let reach = Aria2PeerWatch.Reach()
    private let launch: Aria2Launch
    private let send: HTTPSend
    /// The ceiling of the process, which the other engine keeps to by itself.
    private nonisolated let limiter: RateLimiter?
    /// The file of certificate authorities that aria2c trusts, for every job alike; nil: its own.
    nonisolated let certificateFile: String?
    private var state = State.idle
    /// The one that runs, for signals, which cannot wait for an actor.
    private let halting = Mutex<Aria2Daemon?>(nil)
    private var starts = 0
    private var waiting: [CheckedContinuation<Aria2Daemon, any Error>] = []
    private var jobs = Aria2JobTable()
    private let wishes: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    /// An aria2c that died this often is not started again.
    private static let restartLimit = 3
    private static let restartDelay = Duration.milliseconds(500)

    /// - Parameters:
    ///   - send: past any proxy.
    ///   - limiter: the ceiling for the whole process; aria2c was started with it too.
    package init(launch: Aria2Launch, limiter: RateLimiter? = nil, send: @escaping HTTPSend) {
        self.launch = launch
        self.limiter = limiter
        self.send = send
        certificateFile = launch.options.first { $0.name == "ca-certificate" }?.value
        wishes = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Starts aria2c whenever one is wanted and none runs; ends it when cancelled.
    package func run() async {
        for await _ in wishes.stream {
            guard case .starting = state else { continue }
            // The first start at once, each further one after twice the time.
            if starts > 1, (try? await Task.sleep(for: Self.restartDelay * (1 << (starts - 2)))) == nil { break }
            await runOnce()
        }
        settle(.lost("fetchctl is ending"))
    }

    private func runOnce() async {
        do {
            try await withAria2(launch, send: send) { daemon in
                settle(.running(daemon))
                try await attend(daemon)
            }
            lose("it ended")
        } catch is CancellationError {
            lose("fetchctl is ending", forGood: true)
        } catch let fault as Aria2StartFault {
            lose("\(fault)", forGood: true)
        } catch is Aria2StatusPoll.Hung {
            // Another would take as long to be found out.
            lose("it did not answer for \(Int(Aria2RPC.silenceLimit)) s", forGood: true)
        } catch {
            lose("\(error)")
        }
    }

    /// Tells every job its status until aria2c ends.
    private func attend(_ daemon: Aria2Daemon) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { _ = try await daemon.exited() }
            group.addTask { try await self.poll(daemon) }
            try await group.next()
        }
    }

    private func poll(_ daemon: Aria2Daemon) async throws {
        let rpc = daemon.rpc.limited(to: Aria2RPC.silenceLimit / Double(Aria2StatusPoll.unansweredAllowed))
        var poll = Aria2StatusPoll(limiter: limiter)
        defer { poll.end() }
        await tell(rpc, poll.begin())
        while true {
            try await Task.sleep(for: poll.pause)
            let gids = jobs.gids
            do {
                let answers = Array(zip(gids, try await rpc.tellStatus(of: gids)).map { (gid: $0, status: $1) })
                await tell(rpc, poll.take(answers) { jobs.limiter(of: $0) })
                jobs.deliver(answers)
            } catch Aria2RPCFault.timedOut {
                try Task.checkCancellation()
                try poll.noteTimeout()
            } catch {
                try Task.checkCancellation()
                try poll.noteFailure()
            }
        }
    }

    /// A change that aria2c does not take now is told with the next one: its own ceiling holds on.
    private func tell(_ rpc: Aria2RPC, _ changes: Aria2Ceilings.Changes) async {
        if let rate = changes.whole { try? await rpc.changeGlobalOption(["max-overall-download-limit": String(rate)]) }
        for (gid, rate) in changes.jobs { try? await rpc.changeOption(gid, ["max-download-limit": String(rate)]) }
    }

    private func lose(_ why: String, forGood: Bool = false) {
        jobs.removeAll()
        let isOver = forGood || starts > Self.restartLimit
        settle(isOver ? .lost("aria2c does not work: \(why)") : .idle)
    }

    private func settle(_ new: State) {
        state = new
        halting.withLock { if case .running(let daemon) = new { $0 = daemon } else { $0 = nil } }
        switch new {
        case .running(let daemon): resumeWaiting(with: .success(daemon))
        case .lost(let why): resumeWaiting(with: .failure(TransferFault.engineLost(why)))
        case .idle where !waiting.isEmpty: start()
        case .idle, .starting: break
        }
    }

    private func resumeWaiting(with result: Result<Aria2Daemon, any Error>) {
        for continuation in waiting { continuation.resume(with: result) }
        waiting = []
    }

    private func start() {
        state = .starting
        starts += 1
        wishes.continuation.yield()
    }

    /// The aria2c that runs, started if need be.
    /// - Throws: ``TransferFault/engineLost(_:)`` when there is no aria2c any more.
    package func daemon() async throws -> Aria2Daemon {
        switch state {
        case .running(let daemon) where daemon.exit == nil: return daemon
        case .lost(let why): throw TransferFault.engineLost(why)
        default: break
        }
        return try await withCheckedThrowingContinuation { continuation in
            waiting.append(continuation)
            if case .idle = state { start() }
        }
    }

    /// Starts one in advance: some file is going to want it.
    package func warmUp() {
        if case .idle = state, starts == 0 { start() }
    }

    /// Whether it has been given up.
    package var isLost: Bool { if case .lost = state { true } else { false } }

    /// Tells a job that aria2c has its status, from now on.
    /// - Parameter limiter: the ceiling for the job, when it has one besides the process's.
    func follow(_ gid: Aria2GID, of daemon: Aria2Daemon, limiter: RateLimiter? = nil) -> StatusStream {
        let stream = jobs.add(gid, limiter: limiter)
        if daemon.exit != nil { forget(gid) }
        return stream
    }

    /// The ceiling of a client's transfers, where that is not the one of all of them.
    nonisolated func ownCeiling(of client: CurlClient) -> RateLimiter? { client.limiter === limiter ? nil : client.limiter }

    /// Ends what ``follow(_:of:)`` gave.
    func forget(_ gid: Aria2GID) { jobs.remove(gid) }

    /// Halts aria2c along with us, and lets it go on. At once: nothing else of ours may run any more after that.
    package nonisolated func setSuspended(_ isSuspended: Bool) {
        guard let daemon = halting.withLock({ $0 }) else { return }
        if isSuspended { daemon.suspend() } else { daemon.resume() }
    }
}
