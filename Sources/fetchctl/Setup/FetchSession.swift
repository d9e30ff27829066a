import Curl
import Events
import FetchKit
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Synchronization
import Transfer
import Worker

/// Which results have been told.
private final class ToldResults: Sendable {
    private let numbers = Mutex<Set<Int>>([])
    func first(_ number: Int) -> Bool { numbers.withLock { $0.insert(number).inserted } }
}

/// What every command that fetches works with: settings, endpoints, a reporter; it runs batches and says how they ended.
struct FetchSession {
    /// How the user wants to be told.
    struct Output {
        var json = false
        var quiet = false
        var verbose = false
    }

    /// How a batch is fetched.
    struct Terms {
        var options: FetchOptions
        /// Bytes per second; nil for no limit.
        var limitRate: ByteCount?
        /// The configuration's timetable holds besides; a rate on the command line stands in its place.
        var followsTimetable = true
        var stopWithProcess: Int32?
        /// The fleet that it fetches with; nil: alone.
        var fleet: FleetTerms?
        /// What services were asked before in this run; nil: nothing.
        var memory: AnswerMemory?
    }

    let context: Context
    let settings: Settings
    let endpoints: ServiceEndpoints
    let reporter: any Reporter
    let output: Output
    private let userDirectory: String?
    let lastWord: RepeatedFailureFilter

    /// Reads the configuration and says what is wrong with it.
    /// - Throws: ``Failure`` when nothing can be fetched from here.
    init(_ context: Context, _ output: Output) throws(Failure) {
        self.context = context
        self.output = output
        var loader = SettingsLoader(environment: context.environment)
        settings = try loader.load()
        userDirectory = loader.userDirectory
        lastWord = RepeatedFailureFilter(verbose: output.verbose)
        let line = ProgressLine(showsRate: settings.showDownloadSpeed, showsETA: settings.showETA)
        reporter =
            output.json ? context.jsonReporter : context.reporter(line: line, verbose: output.verbose, quiet: output.quiet)
        do throws(Failure) {
            endpoints = try ServiceEndpoints(environment: context.environment)
            for warning in loader.warnings { warn("config", warning) }
            if context.arguments.heldSecret {
                warn(
                    "secret",
                    "a secret stood on the command line, where other users of this machine could have seen it; "
                        + "put tokens into the environment (CIVITAI_API_TOKEN, HF_TOKEN) or headers into a file (--header @FILE).")
            }
            try context.requireCurrentDirectory()
            try context.requireDescriptors()
        } catch {
            reporter.close()
            throw error
        }
    }

    func warn(_ kind: String, _ message: String) { reporter.handle(.warning(nil, kind: kind, message: message)) }

    // MARK: fetching

    /// Fetches everything and says what happens; nothing is said yet of how it ended.
    /// - Parameters:
    ///   - review: see ``Batch/PlanReview``.
    ///   - onEvent: told every event besides.
    ///   - refused: what is part of the batch and failed before anything was asked: it is told at the end, and decides with the others.
    ///   - enqueue: makes a job of the queue of it, given the ceiling of its rate; nil: it is none.
    /// - Throws: ``Failure`` when the engine that was asked for is not there.
    func fetch(
        _ requests: [FetchRequest], _ terms: Terms, review: Batch.PlanReview? = nil, onEvent: EventSink? = nil,
        refused: [(name: String, path: String, failure: Failure)] = [], enqueue: ((RateLimiter) -> ForegroundJob?)? = nil
    ) async throws -> Batch.Outcome {
        let options = terms.options
        let network = NetworkSettings(userAgent: "fetchctl/\(Fetchctl.version)", environment: context.environment)
        let ceiling = terms.followsTimetable ? TimetableCeiling(settings) : nil
        let limiter = RateLimiter(bytesPerSecond: terms.limitRate?.bytes, within: ceiling?.limiter)
        let client = CurlClient(settings: network, threads: 2, limiter: limiter)
        defer { client.shutDown() }
        let setup = EngineSetup(
            settings: network, environment: context.environment, userDirectory: userDirectory, prefix: ExecAria2Helper.prefix)
        let outermost = ceiling?.limiter ?? limiter
        let engines = try await setup.engines(options.engine, limiter: outermost)
        defer { engines.shutDown() }
        for warning in engines.warnings { warn("config", warning) }
        let runtime = FetchRuntime(
            limiter: outermost, engines: engines.search, jobs: options.jobs, environment: context.environment)
        var services = BatchServices(
            client: client, endpoints: endpoints, environment: context.environment, runtime: runtime,
            interruption: { context.signals.exitCode })
        services.memory = terms.memory
        services.fleet = terms.fleet
        services.fleet?.local = engines.direct
        let job = enqueue?(limiter)
        services.onPartial = { job?.note($0, partial: $1) }
        let clock = Task { await ceiling?.follow() }
        defer { clock.cancel() }
        let batch = Batch(
            requests, options: options, services: services, review: review,
            emit: { [reporter, lastWord] event in
                job?.handle(event)
                // What was stopped for a while goes on: that is said once, and is no failure.
                if case .failed(_, let failure, _) = event, failure.kind == .interrupted, job?.isPaused ?? false { return }
                var event = event
                // What was kept goes with the job.
                if case .failed(let tag, let failure, _) = event, job?.deletes ?? false { event = .failed(tag, failure, keptBytes: 0) }
                reporter.handle(event)
                lastWord.note(event)
                onEvent?(event)
            })
        var outcome = await run(batch, services, job, terms.stopWithProcess)
        tell(refused, in: &outcome)
        if let job, let complaint = await job.end(outcome, runsHook: !context.signals.isEnding) { warn("hook", complaint) }
        return outcome
    }

    private func run(
        _ batch: Batch, _ services: BatchServices, _ job: ForegroundJob?, _ stopWithProcess: Int32?
    ) async -> Batch.Outcome {
        let (reporter, lastWord, signals, json) = (reporter, lastWord, context.signals, output.json)
        // A batch that is run again after a pause finds them there: they are told once.
        let told = ToldResults()
        let fetch: @Sendable () async -> Batch.Outcome = {
            await batch.run { index, result in
                guard case .there(let paths) = result else { return reporter.settle(result) }
                guard told.first(index) else { return }
                job?.add(paths)
                reporter.settle(result)
                lastWord.noteOther()
            }
        }
        let work = Task {
            await services.runtime.run {
                guard let job else { return await fetch() }
                return await job.run(fetch) { isPaused in
                    let what: String =
                        isPaused
                        ? "job \(job.number) was paused from elsewhere and waits; it goes on with: fetchctl resume \(job.number)"
                        : "job \(job.number) goes on."
                    reporter.handle(.warning(nil, kind: "note", message: what))
                }
            }
        }
        signals.handle(
            Signals.Actions(
                end: { work.cancel() },
                suspend: { isHalted in
                    services.runtime.engines.current?.supervisor?.setSuspended(isHalted)
                    if !isHalted { reporter.redraw(afterPause: true) }
                },
                // Whoever reads the events waits for the last one.
                giveUp: { if json { reporter.handle(.summary(Event.Summary(code: signals.exitCode.rawValue))) } }))
        let follower = stopWithProcess.map { pid in Task { await follow(pid) } }
        let outcome = await work.value
        follower?.cancel()
        // Every file has been told to stop; the reason is one.
        if !json, signals.isEnding { reporter.fail(services.interrupted) }
        if !json, let job, job.isCancelled, !signals.isEnding {
            reporter.fail(
                Failure(
                    .interrupted, "job \(job.number) was cancelled from elsewhere.",
                    hint: job.deletes
                        ? "run the same command again: what was unfinished has been removed, and it starts from the beginning."
                        : "run the same command again: it goes on where this stopped."))
        }
        return outcome
    }

    /// Ends us as SIGTERM would when another process has gone.
    private func follow(_ pid: Int32) async {
        while ProcessTable.isRunning(pid) {
            guard (try? await Task.sleep(for: .milliseconds(250))) != nil else { return }
        }
        context.signals.end(ProcessTable.terminate)
    }
}
