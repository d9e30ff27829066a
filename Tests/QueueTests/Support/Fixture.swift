import Events
import FetchTypes
import JSONText
import Queue
import TestSupport
import Testing

/// Jobs and queues for tests.
enum Fixture {
    static func record(_ number: Int64, _ arguments: [String] = ["hf:org/name"]) -> JobRecord {
        JobRecord(
            number: JobNumber(clamping: number), line: JobLine(arguments: arguments, folder: "/work", umask: 0o022, environment: [:]),
            references: arguments, directory: "/data/models", created: Moment(clamping: 1_795_305_869.123))
    }

    /// A record in which every field has a value.
    static func whole() throws -> JobRecord {
        var record = record(7, ["hf:org/ünï\"code\n", "--dir=x"])
        record.line.environment = ["HTTPS_PROXY": "http://proxy:3128", "HF_HOME": "/h"]
        record.line.input = "hf:a/b\n\tout=c\n"
        record.line.isIncomplete = true
        record.order = .after(record.order)
        record.started = Moment(clamping: 1_795_305_870)
        record.notBefore = Moment(clamping: 1_795_305_900)
        record.window = DailyWindow("22:00-06:00")
        record.limitRate = 5_242_880
        record.progress.received = 100
        record.progress.size = 200
        record.progress.rate = 10
        record.progress.eta = 10
        record.progress.fetched = 90
        record.progress.seconds = 12.5
        record.progress.renewals = 1
        record.progress.retries = 2
        record.progress.files = [
            JobFile(path: "/data/models/a", size: 200, received: 100, state: .fetching, engine: "aria2"), JobFile(path: "/b"),
        ]
        record.paths = ["/data/models/a"]
        record.hooks = JobHooks(onComplete: ["echo", "a b"], onError: ["false"])
        record.pid = 4711
        record.apply([WrittenWish(.limit(5)), WrittenWish(.pause)], at: .now)
        record.end(
            .failed, code: 75, at: Moment(clamping: 1_795_306_000), fault: JobFault(.server, "It said no.", why: "503.", hint: "wait."))
        (record.progress.files[0].connections, record.progress.files[0].partial) = (4, "/stage/a.fetchctl-part")
        record.deletes = true
        record.isForeground = true
        return record
    }

    static func bytes(_ record: JobRecord) -> [UInt8] { Array(record.json.line.utf8) }

    static func store(_ scratch: Scratch) -> QueueStore { QueueStore(QueueFolder(scratch("queue"))) }
}
