import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An aria2c that runs and answers, for as long as the closure of ``withAria2(_:send:_:)`` lasts.
package final class Aria2Daemon: Sendable {
    /// The process.
    package let process: Int32
    /// Clock ticks from boot to its start; with ``process`` it names this aria2c in a record.
    package let startTime: UInt64
    /// Where it listens on 127.0.0.1.
    package let port: UInt16
    /// Its version, as it told itself.
    package let version: String
    /// Whether it takes Metalink documents.
    package let hasMetalink: Bool
    /// Calls to it.
    package let rpc: Aria2RPC

    private let child: ChildState

    init(process: Int32, startTime: UInt64, port: UInt16, version: Aria2Version, rpc: Aria2RPC, child: ChildState) {
        self.process = process
        self.startTime = startTime
        self.port = port
        self.version = version.version
        hasMetalink = version.hasMetalink
        self.rpc = rpc
        self.child = child
    }

    /// A job may have something to save from now on. While there is one, aria2c is ended with SIGTERM and given time to
    /// write its control files; without one it is killed at once, since an idle aria2c takes up to a second to heed SIGTERM.
    package func jobBegan() { child.activeJobs.add(1, ordering: .relaxed) }

    /// A job that ``jobBegan()`` told of has nothing to save any more.
    package func jobEnded() { child.activeJobs.subtract(1, ordering: .relaxed) }

    /// Waits until aria2c has ended, for whatever reason, and been reaped.
    /// - Throws: `CancellationError` when the waiting task is cancelled first.
    package func exited() async throws(CancellationError) -> Aria2Exit { try await child.exit.value() }

    /// How it ended; nil while it runs.
    package var exit: Aria2Exit? { child.exit.current }

    /// The last 50 lines that it said, cleaned.
    package var lines: [String] { child.tail.withLock { $0.lines } }

    /// Asks it to end, now; ``exited()`` says when it has. Does nothing the second time.
    package func stop() { child.stop() }

    /// Halts it (SIGSTOP) with us, at Ctrl-Z: it leads a session of its own, which the terminal does not reach.
    package func suspend() { child.signal(SIGSTOP) }

    /// Lets it go on after ``suspend()``.
    package func resume() { child.signal(SIGCONT) }
}

/// The child process of one start: what its drain, its owner and its signals share.
final class ChildState: Sendable {
    /// How far the child is with its start.
    enum Readiness: Sendable {
        /// It says that it listens on the port it was given.
        case listening
        /// It says that the port is not available.
        case portTaken
        /// Its output has ended: so has it.
        case ended
    }

    private struct Life {
        var process: Int32?
        var isStopping = false
    }

    let exit = OneShot<Aria2Exit>()
    let readiness = OneShot<Readiness>()
    let activeJobs = Atomic<Int>(0)
    let tail = Mutex(OutputTail())
    private let life = Mutex(Life())
    private let grace: Duration

    init(grace: Duration) {
        self.grace = grace
    }

    /// The child runs, or (nil) is about to be reaped: from then on its number may become another's and gets no signal.
    func setProcess(_ process: Int32?) {
        let isLate = life.withLock { life in
            life.process = process
            return life.isStopping
        }
        // It was asked to end before it had begun.
        if isLate { signal(SIGKILL) }
    }

    /// The process, while there is one.
    var process: Int32? { life.withLock { $0.process } }

    /// Sends to the child's process group, which its own session makes it the leader of: where it is a script, what it
    /// started is meant too.
    func signal(_ number: Int32) {
        life.withLock { life in
            if let process = life.process { kill(-process, number) }
        }
    }

    /// The ladder: SIGTERM, ``Aria2Launch/grace``, SIGKILL; with nothing to save SIGKILL at once.
    func stop() {
        let isFirst = life.withLock { life in
            defer { life.isStopping = true }
            return !life.isStopping
        }
        guard isFirst else { return }
        guard activeJobs.load(ordering: .relaxed) > 0 else { return signal(SIGKILL) }
        signal(SIGTERM)
        // A halted process heeds nothing but SIGKILL until it goes on.
        signal(SIGCONT)
        // Its own task: it must climb on when the owner's task is cancelled, which is when it is needed. It ends with the child.
        Task { [self] in
            let ladder = Task {
                try await Task.sleep(for: grace)
                signal(SIGKILL)
            }
            _ = try? await exit.value()
            ladder.cancel()
        }
    }
}
