import Events
import FetchKit
import FetchTypes
import JSONText
import Layouts
import ModelReference
import ModelSources
import Queue
import Storage
import Transfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `add --detach`: the line, checked, becomes a job, and the worker has the rest.
struct DetachedAdd {
    let context: Context
    let session: FetchSession
    let typed: AddOptions
    let request: AddRequest
    /// What the input file held.
    let input: String?

    /// - Returns: the exit code.
    /// - Throws: ``Failure``; then nothing is recorded.
    func run() throws(Failure) -> Int32 {
        try refuse()
        let terms = try typed.queue.terms()
        let words = Array(context.arguments.values.dropFirst())
        try LineSecrets.refuse(headers: typed.header, words: words + terms.hooks.onComplete + terms.hooks.onError, input: input)
        let store = try QueueStore(environment: context.environment)
        let line = JobLine.typed(words, input: input, context.environment, sources: sources)
        let (record, lock) = try store.add { number in
            var record = JobRecord(
                number: number, line: line, references: request.requests.map { $0.name ?? $0.reference.shown }, directory: directory,
                created: .now)
            (record.notBefore, record.window, record.hooks) = (terms.notBefore, terms.window, terms.hooks)
            record.limitRate = typed.limitRate?.limit
            return record
        }
        let worker = QueueWorker(store, context)
        // While the lock is held nobody else runs the job: its secrets come first.
        worker.give(to: [record])
        withExtendedLifetime(lock) {}
        say(record)
        return 0
    }

    /// Starts the worker once the job's lock is free again.
    func start() {
        guard let store = try? QueueStore(environment: context.environment) else { return }
        QueueWorker(store, context).start(for: store.list().jobs)
    }

    private var sources: Set<SourceName> {
        Set(request.requests.flatMap { [$0.reference] + $0.alternatives + $0.mirrors }.map { SourceName($0.reference) })
    }

    private func refuse() throws(Failure) {
        for (name, isGiven) in [("--dry-run", typed.dryRun), ("--stop-with-process", typed.stopWithProcess != nil)] where isGiven {
            throw Failure(
                .usage, "\(name) does not go with --detach.", why: "the job runs in another process, later.",
                hint: "leave one of them away.")
        }
    }

    /// Where its files go, as far as that is one place.
    private var directory: String {
        if let out = typed.place.out, out.hasPrefix("/") { return Path.parent(out) }
        if let dir = typed.place.dir { return Path.absolute(dir) }
        if typed.place.layout == .hfCache, let cache = request.options.hubCache { return cache }
        return request.options.defaultDirectory
    }

    private func say(_ record: JobRecord) {
        guard !typed.output.json else {
            Terminal.write(
                JSONTree.object([
                    ("event", .string("queued")), ("time", .string(Timestamp.now())), ("job", .integer(record.number.value)),
                ]))
            session.reporter.handle(.summary(Event.Summary(code: 0)))
            return
        }
        Terminal.write(OutputText(lines: "\(record.number)\n"))
        if let start = record.notBefore, !typed.output.quiet {
            Terminal.write(
                "job \(record.number) starts at \(ShownTime.local(start)); after a reboot, the next fetchctl queue command makes sure of it.\n",
                to: 2)
        }
    }
}

extension JobLine {
    /// A line as it was typed in this process.
    /// - Parameter sources: what it names, whose tokens it needs.
    static func typed(_ words: [String], input: String?, _ environment: [String: String], sources: Set<SourceName>) -> JobLine {
        let names = sources.map { source -> String in
            switch source {
            case .huggingFace: "HF_"
            case .civitai: "CIVITAI_"
            case .github: "GITHUB_"
            case .modelscope: "MODELSCOPE_"
            case .gdrive, .ollama, .direct: "-"
            }
        }
        let secrets = JobEnvironment.secrets(environment).keys.filter { name in
            // Every job goes through the proxies.
            !JobEnvironment.tokens.contains(name) || names.contains { name.replacing("HUGGING_FACE_HUB_", with: "HF_").hasPrefix($0) }
        }
        return JobLine(
            arguments: words, folder: Path.currentDirectory, umask: creationMask(),
            environment: JobEnvironment.kept(environment), input: input, secrets: secrets.sorted())
    }
}

/// This process's umask.
private func creationMask() -> UInt16 {
    // There is no call that only asks.
    let mask = umask(0o077)
    umask(mask)
    return UInt16(truncatingIfNeeded: mask)
}
