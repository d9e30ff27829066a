import FetchTypes
import ModelSources
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Gets a token from a person: typed into the terminal, which does not show it, or through standard input.
enum SecretPrompt {
    /// The terminal's settings from before, while it shows nothing.
    private static let shown = Mutex<termios?>(nil)

    /// - Returns: what was typed or piped in; the caller makes a token of it.
    /// - Throws: ``Failure`` with exit code 64 when nothing came, or more than one line.
    static func read(_ prompt: PrintableText, for service: AccountService, _ signals: Signals) throws(Failure) -> String {
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal {
            Terminal.write(prompt, to: 2)
            // A stop leaves the terminal as it was found.
            signals.handle(
                Signals.Actions(
                    end: {
                        show()
                        Terminal.write("\n", to: 2)
                        OutputPort.flush()
                        _exit(signals.exitCode.rawValue)
                    },
                    suspend: { $0 ? show() : hide() }))
            hide()
        }
        let text = String(decoding: line(untilEnd: !isTerminal), as: UTF8.self)
        if isTerminal {
            show()
            Terminal.write("\n", to: 2)
        }
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard let first = lines.first else {
            throw Failure(
                .usage, "no token was given.", why: isTerminal ? "the line is empty." : "standard input is empty.",
                hint: "paste the token when asked, or pipe it in: fetchctl login \(service.rawValue) < token-file")
        }
        guard lines.count == 1 else {
            throw Failure(
                .usage, "standard input holds \(lines.count) lines.", why: "a token is one line.", hint: "give the token alone.")
        }
        return String(first)
    }

    private static func hide() {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        shown.withLock { if $0 == nil { $0 = settings } }
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    private static func show() {
        shown.withLock { settings in
            guard var before = settings else { return }
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            settings = nil
        }
    }

    /// One line of a terminal; all of a pipe, up to 64 KiB.
    private static func line(untilEnd: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 64 << 10 {
            let count = systemRead(&byte)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            bytes.append(byte)
            if !untilEnd, byte == UInt8(ascii: "\n") { break }
        }
        return bytes
    }

    /// Whether a person can be asked: both ends are a terminal.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks for a yes.
    static func confirm(_ question: String) -> Bool {
        Terminal.write("\(question) [y/N] ", to: 2)
        let answer = String(decoding: line(untilEnd: false), as: UTF8.self).lowercased().filter { !$0.isWhitespace }
        return answer == "y" || answer == "yes"
    }
}

private func systemRead(_ byte: inout UInt8) -> Int { read(STDIN_FILENO, &byte, 1) }
