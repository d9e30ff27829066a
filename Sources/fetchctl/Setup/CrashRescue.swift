#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Puts the terminal back as it was when this process crashes: a process that is gone cannot leave the second screen, nor let the
/// terminal show again what is typed.
enum CrashRescue {
    // Written once, before the handlers are installed, and only read after that.
    nonisolated(unsafe) private static let settings = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    nonisolated(unsafe) private static let farewell = UnsafeMutableBufferPointer<UInt8>.allocate(
        capacity: AlternateScreen.leaving.utf8CodeUnitCount)

    /// Remembers how the terminal is now, and from here on puts that back when a signal of a crash comes.
    static func prepare() {
        guard tcgetattr(STDIN_FILENO, settings) == 0 else { return }
        let text = AlternateScreen.leaving
        _ = farewell.update(from: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV] {
            // Every call in it is one that a handler may make (POSIX 2.4.3).
            signal(number) { number in
                _ = write(STDOUT_FILENO, CrashRescue.farewell.baseAddress, CrashRescue.farewell.count)
                tcsetattr(STDIN_FILENO, TCSANOW, CrashRescue.settings)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }
}
