import ArgumentParser
import Curl
import FetchKit
import FetchTypes
import ModelReference
import ModelSources
import Synchronization

/// `fetchctl add`: fetch, verify, place.
struct AddCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Fetch models and files, verify them, and put them in place.",
        discussion: """
            Examples:
              fetchctl add civitai:128078 -d models/checkpoints
              fetchctl add org/name                            (a whole Hugging Face repo)
              fetchctl add hf:org/name@main/model.safetensors -o /models/m.safetensors
              fetchctl add 'https://civitai.com/models/101055?modelVersionId=128078'
              fetchctl add https://example.com/m.gguf --sha256 HEX --limit-rate 20M
              fetchctl add -i list.txt --json

            Run the same command again after any failure: it goes on where it was. A file that is there \
            is not fetched again. Standard output holds one final path a line, everything else goes to \
            standard error.

            Exit codes: 0 all there and verified, 64 not understood, 65 wrong bytes, 66 no such thing, \
            69 not reached, 73 the target is taken, 74 disk, 75 not served now, 77 not allowed, \
            78 configuration.
            """)

    @OptionGroup var typed: AddOptions

    func run(_ context: Context) async throws -> Int32 {
        var loader = SettingsLoader(environment: context.environment)
        let settings = try loader.load()
        let reporter = reporter(context, settings)
        defer { reporter.close() }
        func warn(_ kind: String, _ message: String) { reporter.handle(.warning(nil, kind: kind, message: message)) }
        for warning in loader.warnings { warn("config", warning) }
        if context.arguments.heldSecret {
            warn(
                "secret",
                "a secret stood on the command line, where other users of this machine could have seen it; "
                    + "put tokens into the environment (CIVITAI_API_TOKEN, HF_TOKEN) or headers into a file (--header @FILE).")
        }
        try context.requireCurrentDirectory()
        try context.requireDescriptors()
        let endpoints = try ServiceEndpoints(environment: context.environment)
        var request = try AddRequest(typed, settings: settings, endpoints: endpoints, readInput: Self.readInput)
        request.options.hubCache = HubFolders.cache(context.environment).map(Path.absolute)
        request.options.linksInCache = HubFolders.mayLink(context.environment)
        nameEndpoints(endpoints, request, isOffline: HubFolders.offline(context.environment) != nil, warn)

        let network = NetworkSettings(userAgent: "fetchctl/\(Fetchctl.version)", environment: context.environment)
        let limiter = request.limitRate.map { RateLimiter(bytesPerSecond: $0.bytes) }
        let client = CurlClient(settings: network, threads: 2, limiter: limiter)
        defer { client.shutDown() }
        let setup = EngineSetup(settings: network, environment: context.environment, userDirectory: loader.userDirectory)
        let engine = try await setup.supervisor(request.options.engine, client: client, limiter: limiter)
        for warning in engine.warnings { warn("config", warning) }

        let services = BatchServices(
            client: client, endpoints: endpoints, environment: context.environment,
            readFile: { Disk.contents($0, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) } }, supervisor: engine.supervisor,
            engineNote: engine.said,
            interruption: { context.signals.exitCode })
        return await run(request, services, context, reporter)
    }

    private func run(_ request: AddRequest, _ services: BatchServices, _ context: Context, _ reporter: any Reporter) async -> Int32 {
        let lastWord = RepeatedFailureFilter(verbose: typed.verbose)
        let batch = Batch(
            request.requests, options: request.options, services: services,
            emit: {
                reporter.handle($0)
                lastWord.note($0)
            })
        let shown = request.requests.map(\.reference.shown)
        let json = typed.json
        let work = Task {
            await batch.run { index, result in
                reporter.settle(result)
                if case .there = result { lastWord.noteOther() }
            }
        }
        context.signals.handle(
            Signals.Actions(
                end: { work.cancel() },
                suspend: { isHalted in
                    services.supervisor?.setSuspended(isHalted)
                    if !isHalted { reporter.redraw(afterPause: true) }
                },
                // Whoever reads the events waits for the last one.
                giveUp: { if json { reporter.handle(.summary(Event.Summary(code: context.signals.exitCode.rawValue))) } }))
        let follower = request.stopWithProcess.map { pid in Task { await follow(pid, context.signals) } }
        let outcome = await work.value
        follower?.cancel()
        reporter.handle(.summary(outcome.summary))
        if !typed.json {
            // Every file has been told to stop; the reason is one.
            if context.signals.isEnding { reporter.fail(services.interrupted) }
            reporter.close()
            tellFailures(outcome, shown, lastWord, context)
        }
        OutputPort.flush()
        if outcome.summary.code == 0, OutputPort.lostOutput.load(ordering: .relaxed) {
            Terminal.write(Self.lostOutput.printable + "\n", to: 2)
            return Self.lostOutput.code.rawValue
        }
        return outcome.summary.code
    }

    private static let lostOutput = Failure(
        .io, "the files are there, but standard output could not be written.", why: "what it leads to is closed or full.",
        hint: "see where the output goes; run the same command again to see the paths.")

    /// Ends us as SIGTERM would when another process has gone.
    private func follow(_ pid: Int32, _ signals: Signals) async {
        while ProcessTable.isRunning(pid) {
            guard (try? await Task.sleep(for: .milliseconds(250))) != nil else { return }
        }
        signals.end(ProcessTable.terminate)
    }

    private func reporter(_ context: Context, _ settings: Settings) -> any Reporter {
        if typed.json { return JSONReporter() }
        let line = ProgressLine(showsRate: settings.showDownloadSpeed, showsETA: settings.showETA)
        return context.reporter(line: line, verbose: typed.verbose, quiet: typed.quiet)
    }

    /// In a batch every failure has scrolled by: once more, a line each. What decides the exit code is the last thing said
    /// where one reference was given, and in a notebook, where it stands out as the cell's end.
    private func tellFailures(_ outcome: Batch.Outcome, _ shown: [String], _ lastWord: RepeatedFailureFilter, _ context: Context) {
        let failures = zip(shown, outcome.results).compactMap { reference, result -> (String, Failure)? in
            guard case .failed(let failure) = result, failure.kind != .interrupted else { return nil }
            return (reference, failure)
        }
        guard let first = failures.first?.1 else { return }
        if outcome.results.count > 1 {
            for (reference, failure) in failures { Terminal.write("failed: \(reference): \(failure.message)\n", to: 2) }
            lastWord.noteOther()
        }
        guard !context.signals.isEnding, !typed.quiet, outcome.results.count == 1 || Terminal.isNotebook(context.environment) else {
            return
        }
        if !lastWord.isStill(first) { Terminal.write(first.printable + "\n", to: 2) }
    }

    /// A service that is somewhere else than usual is named, once: credentials go there.
    private func nameEndpoints(_ endpoints: ServiceEndpoints, _ request: AddRequest, isOffline: Bool, _ warn: (String, String) -> Void) {
        let sources = Set(request.requests.map { SourceName($0.reference.reference) })
        if sources.contains(.huggingFace), !isOffline, endpoints.huggingFace.host != "huggingface.co" {
            warn("note", "Hugging Face is asked at \(endpoints.huggingFace.origin) (HF_ENDPOINT).")
        }
        let others: [(SourceName, WebURL?, String, String)] = [
            (.civitai, endpoints.civitai, "CivitAI", "FETCHCTL_CIVITAI_ENDPOINT"),
            (.gdrive, endpoints.googleDrive, "Google Drive", "FETCHCTL_GDRIVE_ENDPOINT"),
            (.github, endpoints.gitHub, "GitHub", "FETCHCTL_GITHUB_ENDPOINT"),
            (.modelscope, endpoints.modelScope, "ModelScope", "FETCHCTL_MODELSCOPE_ENDPOINT"),
            (.ollama, endpoints.ollama, "Ollama", "FETCHCTL_OLLAMA_ENDPOINT"),
        ]
        for (source, endpoint, name, variable) in others where sources.contains(source) {
            if let endpoint { warn("note", "\(name) is asked at \(endpoint.origin) (\(variable)).") }
        }
    }

    private static func readInput(_ path: String) throws(Failure) -> String? {
        guard let bytes = Disk.contents(path == "-" ? "/dev/stdin" : path) else { return nil }
        guard let text = SystemText.read(bytes) else { throw SystemText.refusal("the input file \(path)") }
        return text
    }
}
