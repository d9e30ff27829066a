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
/// They are blocked in every thread and waited for in one: no handler runs in the middle of anything, and the
/// second Ctrl-C works even when the rest is stuck.
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

    /// By which signal the user ended us; `interrupted` when by none.
    var exitCode: ExitCode { ending.withLock { $0 ?? .interrupted } }
    /// Whether we are to end.
    var isEnding: Bool { ending.withLock { $0 != nil } }

    /// Blocks the signals; before any other thread exists, which would keep them open otherwise.
    init() {
        signal(SIGPIPE, SIG_IGN)
        var set = Self.set()
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static func set() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP] where !isIgnored(number) { sigaddset(&set, number) }
        return set
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

    /// Starts to listen. The thread lasts as long as the process.
    func listen(_ actions: Actions) {
        self.actions.withLock { $0 = actions }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let context = Unmanaged.passRetained(self).toOpaque()
        pthread_create(&thread, nil, { context in
            #if canImport(Darwin)
                Unmanaged<Signals>.fromOpaque(context).takeUnretainedValue().run()
            #else
                Unmanaged<Signals>.fromOpaque(context!).takeUnretainedValue().run()
            #endif
            return nil
        }, context)
    }

    private func run() {
        var set = Self.set()
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            if number == SIGTSTP { halt() } else { end(number) }
        }
    }

    /// As the signal `number` asks; also called when a process that we follow has gone.
    func end(_ number: Int32) {
        let code: ExitCode = number == SIGTERM ? .terminated : number == SIGHUP ? .hungUp : .interrupted
        let isFirst = ending.withLock { ending in
            defer { ending = ending ?? code }
            return ending == nil
        }
        guard isFirst else { _exit(code.rawValue) }
        actions.withLock { $0 }?.end()
    }

    private func halt() {
        let actions = actions.withLock { $0 }
        actions?.suspend(true)
        // SIGSTOP cannot be blocked: we stand still here until SIGCONT.
        kill(getpid(), SIGSTOP)
        actions?.suspend(false)
    }
}
