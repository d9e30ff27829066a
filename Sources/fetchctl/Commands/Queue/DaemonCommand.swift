import ArgumentParser
import Curl
import FetchKit
import FetchTypes
import Queue
import Storage
import Synchronization
import Transfer
import Worker

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `fetchctl daemon`: the worker, which runs the jobs of the queue.
struct DaemonCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Run the queue's jobs in the foreground.",
        discussion: """
            Queue commands start a worker automatically when there is work; this command is for a terminal, a container or a user unit. It \
            replaces a worker that was started automatically. SIGTERM ends it within 2 s and leaves its jobs in the queue.

            Exit codes: 75 where another foreground worker runs, 78 where the queue cannot be written.
            """)

    @Flag(help: "End after the last job.")
    var once = false
    @Flag(help: .hidden)
    var background = false

    func run(_ context: Context) async throws -> Int32 {
        let environment = context.environment
        var loader = SettingsLoader(environment: environment)
        let settings = try loader.load()
        for warning in loader.warnings { Self.say("warning: \(warning)") }
        try context.requireDescriptors()
        let store = try QueueStore(environment: environment)
        let userDirectory = loader.userDirectory
        var started: [EngineSetup.Engines] = []
        defer { for engines in started { engines.shutDown() } }
        let end = try await Worker.serve(
            store, version: Fetchctl.version, foreground: !background,
            onReady: {
                if background { Self.becomeSilent() } else { Self.say("the worker runs: process \(ThisProcess.pid), \(store.folder.path)") }
            },
            {
                let engines = try await findEngines(environment, userDirectory)
                started.append(engines.found)
                let worker = makeWorker(store, settings: settings, environment: environment, engines: engines)
                handle(context.signals, worker)
                return worker
            })
        if case .otherRuns(let holder) = end, !background {
            throw Failure(
                .locked, "another worker runs\(holder.map { ": process \($0.pid)" } ?? "").",
                why: "one works on a queue at a time, and that one was started by a person.",
                hint: "end it\(holder.map { " (kill \($0.pid))" } ?? ""), or set FETCHCTL_STATE_DIR for another queue.", code: .temporary)
        }
        return context.signals.isEnding ? context.signals.exitCode.rawValue : 0
    }

    private func findEngines(
        _ environment: [String: String], _ userDirectory: String?
    ) async throws -> (found: EngineSetup.Engines, limiter: RateLimiter) {
        let network = NetworkSettings(userAgent: Fetchctl.userAgent, environment: environment)
        let limiter = RateLimiter(bytesPerSecond: nil)
        let setup = EngineSetup(
            settings: network, environment: environment, userDirectory: userDirectory, prefix: ExecAria2Helper.prefix)
        let engines = try await setup.engines(.auto, limiter: limiter)
        for warning in engines.warnings { Self.say("warning: \(warning)") }
        return (engines, limiter)
    }

    private func makeWorker(
        _ store: QueueStore, settings: Settings, environment: [String: String],
        engines: (found: EngineSetup.Engines, limiter: RateLimiter)
    ) -> Worker {
        let runtime = FetchRuntime(
            limiter: engines.limiter, engines: engines.found.search, jobs: settings.jobs, environment: environment)
        return Worker(
            Worker.Setup(
                store: store, runtime: runtime, version: Fetchctl.version, foreground: !background, endsWhenIdle: background || once,
                secrets: background ? [:] : JobEnvironment.secrets(environment),
                ceiling: { settings.ceiling(at: $0)?.bytes },
                runLine: { await QueuedLine.run($0) }, say: Self.say))
    }

    private func handle(_ signals: Signals, _ worker: Worker) {
        signals.handle(
            Signals.Actions(
                end: { worker.stop() },
                suspend: { worker.setup.runtime.engines.current?.supervisor?.setSuspended($0) }))
    }

    @Sendable private static func say(_ line: String) { Terminal.write(PrintableText(lines: line) + "\n", to: 2) }

    /// The process that started this one waits for this line, and must not wait for the worker's end.
    private static func becomeSilent() {
        _ = write(1, "ready\n", 6)
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        dup2(nowhere, 1)
        close(nowhere)
    }
}
