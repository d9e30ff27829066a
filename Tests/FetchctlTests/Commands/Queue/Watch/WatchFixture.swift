import FetchTypes
import Queue

@testable import fetchctl

/// A queue with a job of every state, at one moment, in UTC.
enum WatchFixture {
    static let now = Moment(clamping: 1_795_305_600)
    static let clock = LocalClock { _ in 0 }
    static let target = QueueReport.Target(folder: "/data/models", free: 5 << 30, toCome: ByteCount(clamping: 3 << 30), unknown: 1)

    static func number(_ number: Int64) -> JobNumber { JobNumber(clamping: number) }

    static func job(_ number: Int64, _ reference: String, _ state: JobState = .queued) -> JobRecord {
        var job = JobRecord(
            number: JobNumber(clamping: number), line: JobLine(arguments: [reference], folder: "/work", umask: 0o022, environment: [:]),
            references: [reference], directory: "/data/models", created: now, state: state.isEnded ? .queued : state)
        if state.isEnded { job.end(state, code: state == .done ? 0 : 77, at: now) }
        return job
    }

    static var running: JobRecord {
        var job = job(1, "https://example.com/a-model-with-a-rather-long-name-of-many-words.safetensors", .running)
        job.progress.size = 7_623_566_950
        job.progress.received = 3_435_973_837
        job.progress.rate = 22_020_096
        job.progress.eta = 185
        var file = JobFile(
            path: "/data/models/a.safetensors", size: 7_623_566_950, received: 3_435_973_837, state: .fetching, engine: "aria2")
        file.connections = 16
        job.progress.files = [file]
        return job
    }

    static var failed: JobRecord {
        var job = job(6, "civitai:128078", .failed)
        job.fault = JobFault(.needsLogin, "It wants a login.", why: "no token was found.", hint: "fetchctl login civitai")
        return job
    }

    static var foreground: JobRecord {
        var job = job(7, "hf:org/shell", .running)
        job.isForeground = true
        return job
    }

    static var jobs: [JobRecord] {
        var scheduled = job(3, "hf:org/night")
        scheduled.notBefore = now + 3600
        return [
            running, job(2, "hf:org/waits"), scheduled, job(4, "hf:org/halted", .paused), foreground, job(5, "hf:org/all", .done), failed,
        ]
    }

    static func report(_ jobs: [JobRecord] = jobs) -> QueueReport {
        var listing = QueueListing()
        listing.jobs = jobs.filter { !$0.state.isEnded }
        return QueueReport(jobs, listing: listing, now: now, clock: clock)
    }

    static func model(_ columns: Int = 100, _ rows: Int = 24, _ jobs: [JobRecord] = jobs) -> WatchModel {
        var model = WatchModel(report(jobs), columns: columns, rows: rows)
        model.take(report(jobs), targets: [target])
        return model
    }
}

extension WatchModel {
    /// Presses keys as a terminal sends them.
    /// - Returns: what they ask for.
    mutating func type(_ text: String) -> [WatchWish] {
        var bytes = Array(text.utf8)
        return TerminalKey.decode(&bytes, isComplete: true).flatMap { press($0) }
    }
}
