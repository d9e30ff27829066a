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
    }

    private let actions = Mutex<Actions?>(nil)
    private let ending = Mutex<ExitCode?>(nil)
    private let resized = Mutex<(@Sendable () -> Void)?>(nil)

    /// By which signal the user ended us; `interrupted` when by none.
    var exitCode: ExitCode { ending.withLock { $0 ?? .interrupted } }
    /// Whether we are to end.
    var isEnding: Bool { ending.withLock { $0 != nil } }

    /// Installs the handlers; before anything can be interrupted.
    init() {
        signal(SIGPIPE, SIG_IGN)
        // Where whoever started us ignores it, so do we, and the kernel reaps our children unseen: how they ended is lost.
        signal(SIGCHLD, SIG_DFL)
        // Made now: a handler must not be the first to want it.
        guard SignalPipe.writeEnd >= 0 else { return }
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

    /// From here on there is something to end politely; before, a signal ends the process at once.
    func handle(_ actions: Actions) {
        self.actions.withLock { $0 = actions }
        // One that came a moment before.
        if isEnding { actions.end() }
    }

    /// The thread lasts as long as the process.
    private func listen() {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                #if canImport(Darwin)
                    Unmanaged<Signals>.fromOpaque(context).takeUnretainedValue().run()
                #else
                    Unmanaged<Signals>.fromOpaque(context!).takeUnretainedValue().run()
                #endif
                return nil
            }, context)
    }

    private func run() {
        var byte: UInt8 = 0
        while true {
            let count = read(SignalPipe.readEnd, &byte, 1)
            guard count == 1 else { continue }
            switch Int32(byte) {
            case SIGTSTP: halt()
            case SIGWINCH: resized.withLock { $0 }?()
            default: end(Int32(byte))
            }
        }
    }

    /// As the signal `number` asks; also called when a process that we follow has gone.
    func end(_ number: Int32) {
        let code: ExitCode = number == SIGTERM ? .terminated : number == SIGHUP ? .hungUp : .interrupted
        let isFirst = ending.withLock { ending in
            defer { ending = ending ?? code }
            return ending == nil
        }
        guard isFirst, let actions = actions.withLock({ $0 }) else { _exit(code.rawValue) }
        actions.end()
    }

    private func halt() {
        let actions = actions.withLock { $0 }
        actions?.suspend(true)
        // Sent to this very thread, so that it stands still here until SIGCONT, and aria2c is not let go on before.
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
