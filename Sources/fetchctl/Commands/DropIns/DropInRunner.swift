import Curl
import DropIns
import Events
import FetchKit
import FetchTypes
import ModelReference
import ModelSources
import Storage
import Transfer

/// Does what another tool's line asks for, the way `add` fetches.
struct DropInRunner {
    let tool: DropInTool
    let context: Context

    /// - Returns: the exit code of the tool.
    func run(_ arguments: [String]) async -> Int32 {
        let configured: [String]
        do throws(ToolConfiguration.Strange) {
            configured = try ConfigurationReader(environment: context.environment).words(tool, arguments)
        } catch {
            return handOver(arguments, "\(error.name) in its configuration file")
        }
        switch tool.line.plan(configured + arguments) {
        case .handOver(let why): return handOver(arguments, why)
        case .help(let text, let code):
            RealTool(tool, context.environment).become(arguments)
            Terminal.draw(PrintableText(lines: text), to: code == tool.line.usageCode ? 2 : 1)
            return code
        case .refuse(let message, let code):
            // The tool says it in its own words where it is there.
            if RealTool(tool, context.environment).isThere { return handOver(arguments, message) }
            if !tool.line.isSilent(arguments) { Terminal.write("\(tool.rawValue): \(message)\n", to: 2) }
            return code
        case .fetch(let job):
            do {
                return try await fetch(job, arguments)
            } catch let failure as Failure {
                if job.quietness != .silent { Terminal.write(failure.printable + "\n", to: 2) }
                return tool.line.exitCode([failure])
            } catch {
                Terminal.write("\(tool.rawValue): \(String(describing: error))\n", to: 2)
                return 1
            }
        }
    }

    private func handOver(_ arguments: [String], _ why: String) -> Int32 {
        RealTool(tool, context.environment).become(arguments)
        Terminal.write(
            "\(tool.rawValue): only the real \(tool.rawValue) can do this (\(why)), and there is none on PATH; fetchctl replaces its downloads to files.\n",
            to: 2)
        return tool.line.usageCode
    }

    private func fetch(_ job: DropInJob, _ arguments: [String]) async throws -> Int32 {
        var loader = SettingsLoader(environment: context.environment)
        let settings = try loader.load()
        try context.requireCurrentDirectory()
        try context.requireDescriptors()
        let endpoints = try ServiceEndpoints(environment: context.environment)
        var job = job
        var missing: [Failure] = []
        if job.hubResult != nil, HubFolders.hidesProgress(context.environment) { job.quietness = .errors }
        if let list = job.list {
            let network = try DropInRequest(job, settings: settings, endpoints: endpoints, environment: context.environment).network
            guard let text = try await DropInListReader(network: network).read(list.source) else {
                return handOver(arguments, "\(list.source.prefix { $0 != "?" }) cannot be read")
            }
            let listing = try list.read(text)
            // The others of the list would be downloaded without tokens and hashes; what is available is downloaded.
            if let why = listing.handOver, list.isLasting, RealTool(tool, context.environment).isThere { return handOver(arguments, why) }
            job.downloads += listing.downloads
            job.warnings += listing.warnings
            missing = listing.failures
        }
        let request = try DropInRequest(job, settings: settings, endpoints: endpoints, environment: context.environment)
        let client = CurlClient(settings: request.network, threads: 2, limiter: request.limiter)
        defer { client.shutDown() }
        let log: DropInLog?
        do throws(DropInLog.Unwritable) {
            log = try job.log.map { (wanted) throws(DropInLog.Unwritable) in try DropInLog(wanted) }
        } catch {
            let path = job.log?.path ?? ""
            if job.quietness != .silent { Terminal.write("\(tool.rawValue): \(path): \(error.reason)\n", to: 2) }
            return 1
        }
        let reporter = DropInReporter.make(job, settings, context, log: log?.extra)
        defer { reporter.close() }
        let warnings = loader.warnings.map { ("config", $0) } + job.warnings.map { ("ignored", $0) } + secretWarning
        for (kind, message) in warnings { reporter.handle(.warning(nil, kind: kind, message: message)) }
        for failure in missing { reporter.fail(failure) }

        let setup = EngineSetup(
            settings: request.network, environment: context.environment, userDirectory: loader.userDirectory, prefix: ExecAria2Helper.prefix
        )
        let engines = try await setup.engines(job.acceptsAnyCertificate ? .builtin : settings.engine, limiter: request.limiter)
        defer { engines.shutDown() }
        for warning in engines.warnings { reporter.handle(.warning(nil, kind: "config", message: warning)) }
        let runtime = FetchRuntime(
            limiter: request.limiter, engines: engines.search, jobs: request.options.jobs, environment: context.environment)
        let services = BatchServices(
            client: client, endpoints: endpoints, environment: request.environment(environment(job), for: job.downloads), runtime: runtime,
            interruption: { context.signals.exitCode })
        let clock = Task { await request.ceiling?.follow() }
        defer { clock.cancel() }
        let failures = try await runtime.run { try await run(job, request: request, services: services, reporter: reporter) }
        if context.signals.isEnding { reporter.fail(services.interrupted) }
        return tool.line.exitCode(missing + failures)
    }

    /// Each download's failure, in order; a further try with the next mirror where a link alone is not available.
    private func run(_ job: DropInJob, request: DropInRequest, services: BatchServices, reporter: any Reporter) async throws
        -> [Failure?]
    {
        var failures = [Failure?](repeating: nil, count: job.downloads.count)
        var open = Array(job.downloads.enumerated())
        let hook = job.hook.map { FinishedHook(program: $0) }
        while !open.isEmpty, !context.signals.isEnding {
            let requests = try open.map { item in
                var request = try request.request(item.element)
                // What fails may yet come from the next one.
                request.isOptional = !item.element.mirrors.isEmpty
                return request
            }
            let batch = Batch(requests, options: request.options, services: services, emit: { Self.tell($0, to: reporter) })
            let work = Task { await batch.run { _, result in reporter.settle(result) } }
            let deadline = job.maximumTime.map { seconds in
                Task {
                    guard (try? await Task.sleep(for: seconds.duration)) != nil else { return }
                    work.cancel()
                }
            }
            context.signals.handle(
                Signals.Actions(end: { work.cancel() }, suspend: { services.runtime.engines.current?.supervisor?.setSuspended($0) }))
            let outcome = await work.value
            deadline?.cancel()
            var next: [(offset: Int, element: DropInDownload)] = []
            for (item, result) in zip(open, outcome.results) {
                let failure: Failure
                switch result {
                case .failed(let why), .missing(let why): failure = why
                case .there, .planned:
                    failures[item.offset] = nil
                    if case .there(let paths) = result { for path in paths { hook?.start(path, item.element) } }
                    continue
                }
                failures[item.offset] = failure.kind == .interrupted && !context.signals.isEnding ? Self.late : failure
                guard let mirror = item.element.mirrors.first else { continue }
                guard failure.kind != .interrupted, failure.code != .cannotCreate else {
                    if failure.kind != .interrupted { reporter.fail(failure) }
                    continue
                }
                var other = item.element
                other.reference = mirror
                other.mirrors.removeFirst()
                next.append((item.offset, other))
            }
            open = next
        }
        return failures
    }

    /// A token of the line's own goes before whatever the environment says.
    private func environment(_ job: DropInJob) -> [String: String] {
        guard let token = job.hubToken else { return context.environment }
        return TypedToken.environment(context.environment, huggingFace: token.reveal()).filter {
            $0.key != "HF_HUB_DISABLE_IMPLICIT_TOKEN"
        }
    }

    private static func tell(_ event: Event, to reporter: any Reporter) {
        switch event {
        case .warning(let tag, "optional", let message):
            let why = message.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? message
            reporter.handle(.warning(tag, kind: "mirror", message: "\(why) The next link is asked."))
        case .skipped(_, .optional, _, _): break
        default: reporter.handle(event)
        }
    }

    /// The line's own bound on the time is over.
    private static var late: Failure {
        var failure = Failure(.server, "it took longer than this line allows.", hint: "run the same line again: it resumes.")
        failure.fault = .timeout
        return failure
    }

    private var secretWarning: [(String, String)] {
        guard context.arguments.heldSecret else { return [] }
        return [
            (
                "secret",
                "a secret was on the command line, where other users of this machine could have seen it; "
                    + "put tokens into the environment (CIVITAI_API_TOKEN, HF_TOKEN), or use fetchctl login."
            )
        ]
    }
}
