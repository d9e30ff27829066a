import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Single key strokes from the terminal on standard input, which shows none of them meanwhile.
enum KeyReader {
    /// The terminal's settings from before.
    private static let before = Mutex<termios?>(nil)

    /// Whether a person can be asked: both ends are a terminal.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Keys come one by one from here on, until ``end()``. Ctrl-C is still a signal.
    static func begin() {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        before.withLock { if $0 == nil { $0 = settings } }
        settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    /// The terminal is as it was found.
    static func end() {
        before.withLock { settings in
            guard var found = settings else { return }
            tcsetattr(STDIN_FILENO, TCSADRAIN, &found)
            settings = nil
        }
    }

    /// What has been typed since, at least one byte; nil at the end of standard input.
    static func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64)
        while true {
            let count = systemRead(&buffer)
            if count > 0 { return Array(buffer[..<count]) }
            if count < 0, errno == EINTR { continue }
            return nil
        }
    }
}

private func systemRead(_ buffer: inout [UInt8]) -> Int { read(STDIN_FILENO, &buffer, buffer.count) }
