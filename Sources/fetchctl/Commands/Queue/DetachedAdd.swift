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

/// `add --detach`: checks the line and records it as a job for the worker.
struct DetachedAdd {
    let context: Context
    let session: FetchSession
    let typed: AddOptions
    let request: AddRequest
    /// What the input file held.
    let input: String?

    /// Records the job, and makes sure that a worker runs.
    /// - Returns: the exit code.
    /// - Throws: ``Failure``; then nothing is recorded.
    func run() throws(Failure) -> Int32 {
        try refuse()
        let terms = try typed.queue.terms()
        let words = context.arguments.values.dropFirst().map(LineSecrets.kept(_:))
        let input = self.input.map(LineSecrets.kept(input:))
        try LineSecrets.refuse(headers: typed.header, words: words, input: input)
        let worker = QueueWorker(try QueueStore(environment: context.environment), context)
        let line = JobLine.typed(words, input: input, context.environment, sources: request.sources)
        let record = try enqueue(line, terms, worker)
        say(record)
        worker.start(for: [record])
        return 0
    }

    /// - Returns: what was written; the job's lock is free again.
    private func enqueue(_ line: JobLine, _ terms: QueueOptions.Terms, _ worker: QueueWorker) throws(Failure) -> JobRecord {
        let (record, lock) = try worker.store.add { number in
            var record = JobRecord(
                number: number, line: line, references: request.requests.map { $0.name ?? $0.reference.shown }, directory: directory,
                created: .now)
            (record.notBefore, record.window, record.hooks) = (terms.notBefore, terms.window, terms.hooks)
            record.limitRate = typed.limitRate?.limit
            return record
        }
        // While the lock is held no other process runs the job: its secrets come first.
        worker.give(to: [record])
        withExtendedLifetime(lock) {}
        return record
    }

    private func refuse() throws(Failure) {
        for (name, isGiven) in [("--dry-run", typed.dryRun), ("--stop-with-process", typed.stopWithProcess != nil)] where isGiven {
            throw Failure(
                .usage, "\(name) does not go with --detach.", why: "the job runs in another process, later.",
                hint: "omit one of them.")
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
