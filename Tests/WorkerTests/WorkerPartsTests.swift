import Events
import FetchTypes
import ModelSources
import Partials
import Queue
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Worker

@Suite("The parts of the worker") struct WorkerPartsTests {
    static let versions: [(String, String, Bool)] = [
        ("0.1.0", "0.1.0", false), ("0.9.9", "0.10", true), ("1.0", "0.9", false), ("1.0", "1.0.1", true), ("", "1", true),
    ]

    @Test("A worker of an older version is replaced, no other", arguments: versions)
    func older(row: (String, String, Bool)) { #expect(WorkerClient.isOlder(row.0, than: row.1) == row.2) }

    @Test("A job waits for the secrets that it was added with, until a client gives them")
    func secrets() throws {
        let job = try #require(JobNumber(3))
        let secrets = JobSecrets(common: ["HF_TOKEN": "worker's"])
        #expect(secrets.values(for: job, needed: []) == [:])
        #expect(secrets.values(for: job, needed: ["HF_TOKEN"]) == ["HF_TOKEN": "worker's"])
        #expect(secrets.values(for: job, needed: ["GITHUB_TOKEN"]) == nil)
        secrets.give(["GITHUB_TOKEN": "a"], to: [job])
        #expect(secrets.values(for: job, needed: ["GITHUB_TOKEN"]) == ["GITHUB_TOKEN": "a"])
        secrets.give([:], to: [job])
        #expect(secrets.values(for: job, needed: ["GITHUB_TOKEN"]) == [:])
        secrets.forget(job)
        #expect(secrets.values(for: job, needed: ["GITHUB_TOKEN"]) == nil)
    }

    @Test("A worker's environment holds no token and no proxy with a password")
    func environment() {
        let kept = WorkerSpawn.kept([
            "HOME": "/h", "HF_TOKEN": "x", "CIVITAI_API_TOKEN": "x", "https_proxy": "http://u:p@h:1", "http_proxy": "http://h:1",
            "FETCHCTL_JOBS": "3", "FETCHCTL_STATE_DIR": "/s", "LD_LIBRARY_PATH": "/l", "RANDOM_THING": "x", "GITHUB_TOKEN": "x",
        ])
        #expect(
            kept == [
                "HOME": "/h", "http_proxy": "http://h:1", "FETCHCTL_JOBS": "3", "FETCHCTL_STATE_DIR": "/s", "LD_LIBRARY_PATH": "/l",
            ])
    }

    static let depths = [1, 12]

    /// What a worker was given.
    private final class Given: Sendable { let values = Mutex<[String: String]>([:]) }

    @Test("Commands reach a worker by its socket, however deep its folder lies", arguments: depths)
    func socket(depth: Int) throws {
        let scratch = try Scratch()
        let folder = scratch((0..<depth).map { "a-folder-\($0)" }.joined(separator: "/"))
        try Disk.makeDirectories(folder)
        let path = folder + "/worker.sock"
        let given = Given()
        #expect(LocalSocket.connect(path) == nil)
        let server = try #require(
            WorkerServer(path) { request in
                given.values.withLock { $0 = request.values }
                return WorkerAnswer(pid: 1, version: "1", foreground: false, accepted: request.action == .give)
            })
        let client = WorkerClient(QueueFolder(folder), environment: [:], version: "1")
        try client.give(["HF_TOKEN": "secret"], to: [try #require(JobNumber(1))])
        #expect(given.values.withLock { $0 } == ["HF_TOKEN": "secret"])
        #expect(!client.wake())
        server.stop()
        #expect(LocalSocket.connect(path) == nil)
        #expect(Disk.status(path) == nil)
    }

    @Test("Where a file's bytes are gathered is kept where that is not beside it, through later runs too")
    func partials() {
        let (beside, elsewhere) = (FileTag(ref: "r", path: "/data/a"), FileTag(ref: "r", path: "/data/b"))
        let announce = { (tag: FileTag) in
            Event.resolved(
                tag,
                .init(source: .huggingFace, title: "t", name: "n", size: 1, sha256: nil, urlHost: nil, metadata: .init(), pinned: "p"))
        }
        let first = JobBoard(before: JobProgress())
        for tag in [beside, elsewhere] { first.handle(announce(tag)) }
        first.note(beside, partial: PartialNames(target: "/data/a"))
        first.note(elsewhere, partial: PartialNames(target: "/stage/b"))
        first.handle(.started(elsewhere, engine: .builtin, connections: 3, resumed: 0, size: 1))
        #expect(first.progress().files.map(\.partial) == [nil, "/stage/b.fetchctl-part"])
        #expect(first.progress().files.map(\.connections) == [0, 3])
        let second = JobBoard(before: first.progress())
        for tag in [beside, elsewhere] { second.handle(announce(tag)) }
        #expect(second.progress().files.map(\.partial) == [nil, "/stage/b.fetchctl-part"])
        #expect(second.progress().files.map(\.connections) == [0, 0])
    }

    @Test("A queue that waits is known from memory; one that is empty is looked at once more")
    func reader() throws {
        let scratch = try Scratch()
        let store = QueueStore(QueueFolder(scratch("state/queue")))
        let make = { (number: JobNumber) in
            JobRecord(
                number: number, line: JobLine(arguments: ["hf:a/b"], folder: "/", umask: 0, environment: [:]), references: ["hf:a/b"],
                directory: "/", created: .now)
        }
        let reader = QueueReader(store, WorkerComplaints { _ in })
        #expect(reader.refresh() && !reader.refresh() && !reader.needsWorker)
        _ = try store.add(isSynced: false, make)
        // It came after the reading.
        #expect(reader.needsWorker)
        reader.markStale()
        #expect(reader.refresh() && reader.jobs.count == 1)
        // A wish for a job that waits has it read again.
        reader.lookAhead(besides: [])
        #expect(!reader.refresh())
        try store.wish(.pause, for: JobNumber(clamping: 1))
        reader.lookAhead(besides: [])
        #expect(reader.refresh() && reader.jobs[0].state == .paused)
        reader.lookAhead(besides: [])
        #expect(!reader.refresh())
        try store.wish(.resume, for: JobNumber(clamping: 1))
        reader.markStale()
        #expect(reader.refresh())
        Disk.removeFolder(store.folder.live)
        #expect(reader.needsWorker)
    }

    @Test("Events update a job's progress, in addition to earlier runs")
    func board() {
        var before = JobProgress()
        (before.fetched, before.seconds, before.retries) = (ByteCount(clamping: 50), 10, 1)
        let board = JobBoard(before: before)
        #expect(board.progress().fetched.bytes == 50)
        let (one, two) = (FileTag(ref: "r", path: "/a"), FileTag(ref: "r", path: "/b"))
        for (tag, size) in [(one, Int64(100)), (two, Int64(300))] {
            board.handle(
                .resolved(
                    tag,
                    .init(
                        source: .huggingFace, title: "t", name: "n", size: size, sha256: nil, urlHost: nil, metadata: .init(), pinned: "p"))
            )
        }
        board.handle(.started(one, engine: .aria2, connections: 4, resumed: 20, size: 100))
        board.handle(.progress(one, .init(received: 60, size: 100, rate: 10, connections: 4)))
        board.handle(.retrying(one, reason: .reset, seconds: 1, attempt: 1, of: 5))
        board.handle(.skipped(two, reason: .complete, size: 300, sha256: nil))
        var progress = board.progress()
        #expect(progress.received.bytes == 360 && progress.size?.bytes == 400 && progress.rate?.bytes == 10)
        #expect(progress.eta?.value == 4 && progress.fetched.bytes == 90 && progress.retries == 2 && progress.seconds >= 10)
        #expect(progress.files.map(\.state) == [.fetching, .skipped] && progress.files[0].engine == "aria2")
        board.handle(.failed(one, Failure(.interrupted, "stopped."), keptBytes: 40))
        progress = board.progress(fetched: 33)
        #expect(progress.files[0].state == .waiting && progress.fetched.bytes == 83 && progress.rate == nil)
    }

    @Test("What is there of a file stays there when its line runs again, and time in which it is paused does not count")
    func pausedBoard() async throws {
        let tag = FileTag(ref: "r", path: "/a")
        let resolved = Event.resolved(
            tag, .init(source: .huggingFace, title: "t", name: "n", size: 100, sha256: nil, urlHost: nil, metadata: .init(), pinned: "p"))
        let board = JobBoard(before: JobProgress())
        board.handle(resolved)
        board.handle(.started(tag, engine: .aria2, connections: 4, resumed: 10, size: 100))
        board.handle(.progress(tag, .init(received: 60, size: 100, rate: 10, connections: 4)))
        board.handle(.failed(tag, Failure(.interrupted, "stopped."), keptBytes: 60))
        board.setPaused(true)
        let paused = board.progress()
        #expect(paused.received.bytes == 60 && paused.fetched.bytes == 50 && paused.files[0].state == .waiting)
        #expect(board.progress().seconds == paused.seconds)
        // In the same process, and in another one later.
        board.setPaused(false)
        let other = JobBoard(before: paused)
        for board in [board, other] {
            board.handle(resolved)
            let again = board.progress()
            #expect(again.received.bytes == 60 && again.fetched.bytes == 50 && again.files[0].engine == "aria2")
            board.handle(.started(tag, engine: .builtin, connections: 1, resumed: 60, size: 100))
            board.handle(.progress(tag, .init(received: 80, size: 100, rate: 10, connections: 1)))
            #expect(board.progress().fetched.bytes == 70)
            board.handle(.verifying(tag, algorithm: "sha256", digest: nil))
            #expect(board.progress().received.bytes == 100 && board.progress().files[0].state == .verifying)
        }
    }
}
