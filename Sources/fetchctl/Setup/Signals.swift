import Dispatch
import FetchTypes
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The signals that end or halt us, heard by a thread of their own.
///
/// A handler only writes the signal's number into a pipe that the thread reads, so that nothing runs in the
/// middle of anything, and the second Ctrl-C works even when the rest is stuck. (Blocking them everywhere and
/// waiting in one thread would be simpler, but Dispatch's main thread sleeps with every signal open.)
final class Signals: Sendable {
    /// What to do about them.
    struct Actions: Sendable {
        /// End: the first time politely.
        var end: @Sendable () -> Void
        /// About to be halted (true), going on (false).
        var suspend: @Sendable (Bool) -> Void
        /// The end did not come in time: what has to be said before the process is ended anyway.
        var giveUp: @Sendable () -> Void = {}
    }

    private struct State {
        var actions: Actions?
        var ending: ExitCode?
    }

    private let state = Mutex(State())
    private let resized = Mutex<(@Sendable () -> Void)?>(nil)

    /// By which signal the user ended us; `interrupted` when by none.
    var exitCode: ExitCode { state.withLock { $0.ending ?? .interrupted } }
    /// Whether we are to end.
    var isEnding: Bool { state.withLock { $0.ending != nil } }

    /// Installs the handlers; before anything can be interrupted.
    init() {
        signal(SIGPIPE, SIG_IGN)
        // Where the parent process ignores it, so do we, and the kernel reaps our children unseen: how they ended is lost.
        signal(SIGCHLD, SIG_DFL)
        // Made now: a handler must not be the first to want it.
        guard SignalPipe.writeEnd >= 0 else { return }
        OutputDeadline.prepare()
        for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP] where !Self.isIgnored(number) { Self.hear(number) }
        listen()
    }

    private static func hear(_ number: Int32) {
        signal(number) { number in
            var byte = UInt8(truncatingIfNeeded: number)
            let kept = errno
            _ = write(SignalPipe.writeEnd, &byte, 1)
            errno = kept
        }
    }

    /// From here on `action` is called whenever the terminal's window gets another size.
    func onResize(_ action: @escaping @Sendable () -> Void) {
        guard SignalPipe.writeEnd >= 0 else { return }
        resized.withLock { $0 = action }
        Self.hear(SIGWINCH)
    }

    /// `nohup` ignores SIGHUP for us, and that stays so.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        #if canImport(Darwin)
            return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == 1
        #else
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
        #endif
    }

    /// From here on these actions answer a signal, also one that came before.
    func handle(_ actions: Actions) {
        let isLate = state.withLock { state in
            state.actions = actions
            return state.ending != nil
        }
        if isLate { actions.end() }
    }

    /// The thread lasts as long as the process.
    private func listen() { SystemThread.startDetached { self.run() } }

    private func run() {
        var byte: UInt8 = 0
        /// When the end has taken too long, in milliseconds of the monotonic clock.
        var deadline: Int64?
        while true {
            var wait = pollfd(fd: SignalPipe.readEnd, events: Int16(POLLIN), revents: 0)
            let left = deadline.map { Int32(clamping: max(0, $0 - OutputDeadline.now())) } ?? -1
            guard poll(&wait, 1, left) > 0 else {
                if let deadline, OutputDeadline.now() >= deadline { giveUp() }
                continue
            }
            guard read(SignalPipe.readEnd, &byte, 1) == 1 else { continue }
            switch Int32(byte) {
            case SIGTSTP: halt()
            case SIGWINCH: resized.withLock { $0 }?()
            default:
                begin(Int32(byte))
                deadline = OutputDeadline.now() + Self.limit
            }
        }
    }

    /// Milliseconds from the first signal to the end, whatever blocks: output that is not read, a token file that is not written, a
    /// file system that does not answer.
    private static let limit: Int64 = 1600
    /// Milliseconds that output has of these.
    private static let outputLimit: Int64 = 700

    /// As the signal `number` asks: also when a process that we follow has gone.
    func end(_ number: Int32) {
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(SignalPipe.writeEnd, &byte, 1)
    }

    private func begin(_ number: Int32) {
        let code: ExitCode = number == SIGTERM ? .terminated : number == SIGHUP ? .hungUp : .interrupted
        let (isFirst, actions) = state.withLock { state in
            defer { state.ending = state.ending ?? code }
            return (state.ending == nil, state.actions)
        }
        guard isFirst else { _exit(code.rawValue) }
        OutputDeadline.set(Self.outputLimit)
        // In the process's first moments there are none; they are asked as soon as they are known.
        guard let actions else { return }
        // On a thread of its own: it may block, and the next signal is to be heard.
        SystemThread.startDetached(actions.end)
    }

    private func giveUp() -> Never {
        let actions = state.withLock(\.actions)
        let isSaid = DispatchSemaphore(value: 0)
        SystemThread.startDetached {
            actions?.giveUp()
            OutputPort.flush()
            isSaid.signal()
        }
        _ = isSaid.wait(timeout: .now() + .milliseconds(150))
        _exit(exitCode.rawValue)
    }

    private func halt() {
        let actions = state.withLock(\.actions)
        actions?.suspend(true)
        // Sent to this very thread, so that it pauses here until SIGCONT, and aria2c is not let go on before.
        raise(SIGSTOP)
        actions?.suspend(false)
    }
}

/// Where handlers put what they heard. Made when ``Signals`` is, before a handler can run.
private enum SignalPipe {
    private static let ends: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()
    static var readEnd: Int32 { ends.read }
    static var writeEnd: Int32 { ends.write }
}
