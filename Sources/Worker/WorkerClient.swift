package import FetchTypes
package import Queue
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How commands connect to the worker, and start one.
package struct WorkerClient: Sendable {
    private let folder: QueueFolder
    private let environment: [String: String]
    private let version: String

    /// - Parameters:
    ///   - environment: that of the command; a worker that is started gets a part of it.
    ///   - version: this program's.
    package init(_ folder: QueueFolder, environment: [String: String], version: String) {
        self.folder = folder
        self.environment = environment
        self.version = version
    }

    /// Has the worker that runs look at the queue now.
    /// - Returns: whether one runs here.
    @discardableResult
    package func wake() -> Bool { ask(WorkerRequest(action: .look))?.accepted ?? false }

    /// Makes sure that a worker runs and looks at the queue. Call it after the queue has been changed. A worker of an older version
    /// that was started by itself is replaced.
    /// - Throws: ``Failure`` when none can be started.
    package func start() throws(Failure) {
        if let answer = ask(WorkerRequest(action: .look)), answer.accepted {
            guard !answer.foreground, Self.isOlder(answer.version, than: version) else { return }
            _ = ask(WorkerRequest(action: .stop))
        }
        try WorkerSpawn.start(folder, environment: environment)
    }

    /// Gives the worker, started if need be, what jobs need and what must not be written down (``Queue/JobEnvironment/secrets(_:)``).
    /// Call it before the jobs may run: while their locks are held, or they are paused.
    /// - Throws: ``Failure`` when no worker can be reached.
    package func give(_ values: [String: String], to jobs: [JobNumber]) throws(Failure) {
        guard !jobs.isEmpty else { return }
        let request = WorkerRequest(action: .give, jobs: jobs.map(\.value), values: values)
        for _ in 0..<3 {
            if ask(request)?.accepted ?? false { return }
            try WorkerSpawn.start(folder, environment: environment)
        }
        throw Failure(
            .io, "the worker cannot be reached, so tokens cannot be given to it.", why: "nobody answers at \(folder.workerSocket).",
            hint: "log in with fetchctl login, or fetch in the foreground.")
    }

    /// Asks a worker that was started by itself to leave the queue.
    /// - Returns: false where it does not, or none answers.
    package func stopBackgroundWorker() -> Bool { ask(WorkerRequest(action: .stop))?.accepted ?? false }

    private func ask(_ request: WorkerRequest) -> WorkerAnswer? {
        guard let descriptor = LocalSocket.connect(folder.workerSocket) else { return nil }
        defer { close(descriptor) }
        LocalSocket.setLimit(descriptor, seconds: 5)
        guard LocalSocket.write(WorkerLine.encode(request), to: descriptor), let line = LocalSocket.readLine(descriptor) else { return nil }
        return WorkerLine.decode(WorkerAnswer.self, line)
    }

    /// Compares numbers with dots between them: `0.9.1` is older than `0.10`.
    static func isOlder(_ version: String, than other: String) -> Bool {
        let parts = { (text: String) in text.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 } }
        return parts(version).lexicographicallyPrecedes(parts(other))
    }
}
