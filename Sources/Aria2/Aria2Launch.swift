import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What one aria2c is started with.
package struct Aria2Launch: Sendable {
    /// The program.
    package var executable: Aria2Executable
    /// aria2's own tuning.
    package var tuning: Aria2Options
    /// Further options by name, such as proxies, `ca-certificate` and `max-overall-download-limit`; they go over the
    /// tuning, and never onto the command line, so that a proxy's password is safe here.
    package var options: [(name: String, value: String)]
    /// What aria2c calls itself towards servers.
    package var userAgent: String
    /// The environment, of which aria2c gets `PATH`, `HOME` and `TMPDIR`.
    package var environment: [String: String]
    /// The process whose end ends aria2c too, within about two seconds: this one.
    var owner = getpid()
    /// Gives the port to try; nil when there is none. The kernel's choice unless a test wants a certain one.
    package var port: @Sendable () -> UInt16? = { LoopbackPort.free() }
    /// A program, with arguments, that becomes the program named behind them: it lets aria2c hear of our death at once,
    /// where ``owner`` takes up to two seconds. Empty: aria2c is started itself.
    package var prefix: [String] = []
    /// How long aria2c may take from its start to its first answer.
    package var timeout: Duration = .seconds(10)
    /// How long aria2c gets to write its control files when it is asked to end.
    package var grace: Duration = .seconds(5)
    /// What makes it one that exchanges segments with other machines; nil: it downloads.
    package var peers: Aria2PeerOptions?

    package init(
        executable: Aria2Executable, tuning: Aria2Options = .builtIn, options: [(name: String, value: String)] = [],
        userAgent: String, environment: [String: String]
    ) {
        self.executable = executable
        self.tuning = tuning
        self.options = options
        self.userAgent = userAgent
        self.environment = environment
    }

    /// The program that is started.
    var program: String { prefix.first ?? executable.path }

    /// All of the command line but the program: nothing that may not be seen by everybody on this machine.
    var arguments: [String] { prefix.dropFirst() + (prefix.isEmpty ? [] : [executable.path]) + ["--conf-path=/dev/stdin"] }

    /// The environment of aria2c: nothing of ours that could be a token, a proxy or a hook.
    ///
    /// `C` is its language, because what it says is read here: the line that says it listens, and messages such as
    /// "Download aborted." that tell one error 1 from another.
    var childEnvironment: [String: String] {
        environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
            .merging(["LC_ALL": "C"]) { $1 }.merging(Aria2Executable.refusingDropIns) { $1 }
    }

    /// Directories for the configuration's nameless file; memory first, so that the secret stays off the disk.
    var temporaryDirectories: [String] {
        ["/dev/shm", environment["TMPDIR"] ?? "", "/tmp", "/var/tmp"].filter { $0.hasPrefix("/") }
    }

    /// The configuration that aria2c reads.
    /// - Returns: nil when a name or value holds a line break, which would start an option of its own.
    func configuration(port: UInt16, secret: Secret) -> String? {
        let own = [("rpc-listen-port", "\(port)"), ("rpc-secret", secret.reveal())]
        let pairs = tuning.pairs + options + fixed + (peers?.pairs ?? []) + own
        guard !pairs.contains(where: { ($0.name + $0.value).contains(where: \.isNewline) }) else { return nil }
        return pairs.map { "\($0.name)=\($0.value)\n" }.joined()
    }

    /// What must be so for us to supervise it; later lines win in aria2c, so these go last.
    private var fixed: [(name: String, value: String)] {
        [
            ("enable-rpc", "true"),
            ("rpc-listen-all", "false"),
            ("rpc-allow-origin-all", "false"),
            ("rpc-secure", "false"),
            ("rpc-max-request-size", "2M"),
            // A torrent or metalink is a file like any other here: never opened, never kept.
            ("rpc-save-upload-metadata", "false"),
            ("follow-torrent", "false"),
            ("follow-metalink", "false"),
            ("enable-dht", "false"),
            ("enable-dht6", "false"),
            ("bt-enable-lpd", "false"),
            // It looks once a second whether its owner is still there.
            ("stop-with-process", "\(owner)"),
            ("no-netrc", "true"),
            ("check-certificate", "true"),
            // Data without a control file is never guessed at: such a job fails instead (error 13).
            ("continue", "false"),
            ("allow-overwrite", "false"),
            ("auto-file-renaming", "false"),
            ("allow-piece-length-change", "false"),
            ("conditional-get", "false"),
            ("remote-time", "false"),
            // Hashing is ours: aria2c's own takes three times as long on ext4.
            ("check-integrity", "false"),
            // Jobs wait in our queue, not in aria2c's.
            ("max-concurrent-downloads", "256"),
            ("quiet", "false"),
            ("console-log-level", "notice"),
            ("summary-interval", "0"),
            ("show-console-readout", "false"),
            ("download-result", "hide"),
            ("enable-color", "false"),
            ("user-agent", userAgent),
        ]
    }
}
