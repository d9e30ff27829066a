import Curl
import Events
import FetchKit
import FetchTypes
import ModelReference
import ModelSources
import Storage
import Transfer
import Worker

/// The settings, endpoints and reporter of a command that fetches; it runs batches and reports how they ended.
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
        /// The configuration's timetable holds besides; a rate on the command line replaces it.
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
    private let repeatedFailures: RepeatedFailureFilter

    /// Reads the configuration and says what is wrong with it.
    /// - Throws: ``Failure`` when nothing can be fetched from here.
    init(_ context: Context, _ output: Output) throws(Failure) {
        self.context = context
        self.output = output
        var loader = SettingsLoader(environment: context.environment)
        settings = try loader.load()
        userDirectory = loader.userDirectory
        repeatedFailures = RepeatedFailureFilter(verbose: output.verbose)
        let line = ProgressLine(showsRate: settings.showDownloadSpeed, showsETA: settings.showETA)
        reporter =
            output.json ? context.jsonReporter : context.reporter(line: line, verbose: output.verbose, quiet: output.quiet)
        do throws(Failure) {
            endpoints = try ServiceEndpoints(environment: context.environment)
            for warning in loader.warnings { warn("config", warning) }
            if context.arguments.heldSecret {
                warn(
                    "secret",
                    "a secret was on the command line, where other users of this machine could have seen it; "
                        + "put tokens into the environment (CIVITAI_API_TOKEN, HF_TOKEN) or headers into a file (--header @FILE).")
            }
            try context.requireCurrentDirectory()
            try context.requireDescriptors()
        } catch {
            reporter.close()
            throw error
        }
    }

    func warn(_ kind: String, _ message: String) { show(.warning(nil, kind: kind, message: message)) }

    /// Shows an event, and notes it: a failure that is still the last text at the end is not said again.
    func show(_ event: Event) {
        reporter.handle(event)
        repeatedFailures.note(event)
    }

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
        let network = NetworkSettings(userAgent: Fetchctl.userAgent, environment: context.environment)
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
            emit: { event in
                job?.handle(event)
                // What was stopped for a while goes on: that is said once, and is not a failure.
                if case .failed(_, let failure, _) = event, failure.kind == .interrupted, job?.isPaused ?? false { return }
                var event = event
                // What was kept goes with the job.
                if case .failed(let tag, let failure, _) = event, job?.deletes ?? false { event = .failed(tag, failure, keptBytes: 0) }
                show(event)
                onEvent?(event)
            })
        let interruptible = InterruptibleBatch(
            batch: batch, services: services, job: job, signals: context.signals, reporter: reporter, repeated: repeatedFailures,
            isJSON: output.json)
        var outcome = await interruptible.run(stopWithProcess: terms.stopWithProcess)
        tell(refused, in: &outcome)
        if let job, let complaint = await job.end(outcome, runsHook: !context.signals.isEnding) { warn("hook", complaint) }
        return outcome
    }

    /// Says how it ended.
    /// - Returns: the exit code.
    func end(_ outcome: Batch.Outcome, of requests: [FetchRequest]) -> Int32 {
        end(outcome, of: requests.map { $0.name ?? $0.reference.shown })
    }

    /// - Parameter names: what each result is of.
    func end(_ outcome: Batch.Outcome, of names: [String]) -> Int32 {
        let report = OutcomeReport(
            reporter: reporter, output: output, repeated: repeatedFailures, signals: context.signals,
            isNotebook: Terminal.isNotebook(context.environment))
        return report.end(outcome, of: names)
    }

    /// Tells once which services are asked somewhere else than usual: credentials go there.
    func nameEndpoints(of requests: [FetchRequest]) {
        for note in EndpointNotes(endpoints, context.environment).notes(of: requests) { warn("note", note) }
    }
}
