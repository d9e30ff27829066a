import FetchTypes
import Foundation
import Queue
import Storage
import TestSupport
import Testing

@Suite("The queue on the disk")
struct StoreTests {
    @Test("gives every job a number of its own, also to many that add at once")
    func numbers() async throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<40 { group.addTask { try store.add(isSynced: false) { Fixture.record($0.value) }.record.number.value } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers.sorted() == Array(1...40))
        #expect(store.list().jobs.map(\.number.value) == Array(1...40))
        #expect(store.list().problems.isEmpty)
        // Without the kept number it is found in what there is.
        try FileManager.default.removeItem(atPath: store.folder.highest)
        #expect(try store.add { Fixture.record($0.value) }.record.number.value == 41)
        #expect(scratch.names("queue/live").filter { $0.hasPrefix(".") }.isEmpty)
    }

    @Test("writes the record that it returns, which is made once")
    func once() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        var made = 0
        let (record, _) = try store.add { number in
            made += 1
            return Fixture.record(number.value, ["hf:org/\(made)"])
        }
        #expect(made == 1 && store.facts(record.number) == .record(record))
    }

    @Test("a failed job is retried at the end, and one that is in the queue stays as it is")
    func retried() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        let (first, lock) = try store.add { Fixture.record($0.value) }
        _ = try store.add { Fixture.record($0.value) }
        var ended = first
        ended.end(.failed, code: 66, at: .now)
        try lock.finish(ended)
        #expect(try store.retry(ended, at: store.lastPlace(of: store.list().jobs)))
        #expect(store.list().jobs.map(\.number.value) == [2, 1] && store.list().jobs.allSatisfy { $0.state == .queued })
        try store.wish(.pause, for: first.number)
        #expect(try store.retry(ended, at: OrderKey(JobNumber(clamping: 1))))
        #expect(store.list().jobs.map(\.number.value) == [2, 1] && store.list()[first.number]?.state == .paused)
        #expect(QueueFile.tail(store.folder.record(first.number), bytes: 1 << 16).count == 1)
        #expect(QueueFile.tail(scratch("none"), bytes: 10).isEmpty)
    }

    @Test("is listed whole and in order when it is long, with what is wrong in it")
    func long() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        for _ in 1...700 { _ = try store.add(isSynced: false) { Fixture.record($0.value) } }
        try store.wish(.pause, for: JobNumber(clamping: 650))
        try Data("{".utf8).write(to: URL(fileURLWithPath: store.folder.record(JobNumber(clamping: 3))))
        let listing = store.list()
        #expect(listing.jobs.map(\.number.value) == [1, 2] + Array(4...700))
        #expect(listing[JobNumber(clamping: 650)]?.state == .paused && listing.problems.count == 1)
    }

    @Test("never gives a number again, whatever the end of its job")
    func neverAgain() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        let (first, lock) = try store.add { Fixture.record($0.value) }
        var record = first
        record.end(.done, code: 0, at: .now)
        try lock.finish(record)
        #expect(try store.history.clear(before: .now + 1) == 1)
        #expect(try store.add { Fixture.record($0.value) }.record.number.value == 2)
        try FileManager.default.removeItem(atPath: store.folder.highest)
        var (second, other) = try store.add { Fixture.record($0.value) }
        #expect(second.number.value == 3)
        second.end(.failed, code: 66, at: .now)
        try other.finish(second)
        try FileManager.default.removeItem(atPath: store.folder.highest)
        #expect(try store.add { Fixture.record($0.value) }.record.number.value == 4)
        other = lock
    }

    @Test("is this user's alone")
    func modes() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        let (record, lock) = try store.add { Fixture.record($0.value) }
        try store.wish(.pause, for: record.number)
        lock.write(JobProgress())
        for name in ["queue", "queue/live", "queue/history", "queue/log", "queue/damaged"] {
            #expect(try mode(scratch(name)) == 0o700, "\(name)")
        }
        for name in scratch.names("queue/live") { #expect(try mode(scratch("queue/live/" + name)) == 0o600, "\(name)") }
        #expect(scratch.names("queue/live") == ["1.json", "1.lock", "1.progress", "1.state.want"])
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("lets one at a time run a job, and knows when its holder has gone")
    func locks() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        let number = try store.add { Fixture.record($0.value) }.record.number
        let held = try #require(try taken(store, number))
        #expect(try taken(store, number) == nil)
        var record = try #require(held.read())
        record.state = .running
        try held.write(record)
        #expect(store.list().jobs.map(\.state) == [.running])
        withExtendedLifetime(held) {}
    }

    private func taken(_ store: QueueStore, _ number: JobNumber) throws -> JobLock? {
        if case .taken(let lock) = try store.lock(number) { lock } else { nil }
    }

    @Test("shows a running job whose holder died as queued, with what it had received")
    func deadHolder() throws {
        let store = Fixture.store(try Scratch())
        try { () throws in
            var (record, lock) = try store.add { Fixture.record($0.value) }
            record.state = .running
            try lock.write(record)
            var progress = JobProgress()
            progress.received = 77
            progress.rate = 5
            lock.write(progress)
            #expect(store.list().jobs.first?.progress == progress)
        }()
        let job = try #require(store.list().jobs.first)
        #expect(job.state == .queued && job.progress.received == 77 && job.progress.rate == nil)
    }

    @Test("forgets a foreground job whose process died, and keeps one that lives")
    func deadForeground() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        func add() throws -> (JobRecord, JobLock) {
            try store.add(isSynced: false) { number in
                var record = Fixture.record(number.value)
                (record.isForeground, record.state) = (true, .running)
                return record
            }
        }
        let living = try add()
        _ = try add()
        let listing = store.list()
        #expect(listing.jobs.map(\.number.value) == [1] && listing.problems.isEmpty)
        #expect(scratch.names("queue/live") == ["1.json", "1.lock"])
        #expect(listing.position(of: living.0.number) == nil)
        withExtendedLifetime(living.1) {}
    }

    @Test("adds an ended job to the history once, also when that was interrupted")
    func history() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        var (record, lock) = try store.add { Fixture.record($0.value) }
        record.end(.done, code: 0, at: .now)
        // The process ended between the two writings.
        try lock.write(record)
        let kept = try #require(scratch.bytes("queue/live/1.json"))
        try lock.finish(record)
        lock = try store.add { Fixture.record($0.value) }.lock
        try scratch.write(kept, to: "queue/live/1.json")
        #expect(store.list().jobs.map(\.number.value) == [2])
        #expect(store.history.jobs().jobs.map(\.number.value) == [1])
        #expect(scratch.text("queue/history/" + (try #require(scratch.names("queue/history").first)))?.split(separator: "\n").count == 1)
        // And before the first.
        var (third, other) = try store.add { Fixture.record($0.value) }
        third.end(.failed, code: 66, at: .now, fault: JobFault(.notFound, "no"))
        try other.write(third)
        other = lock
        #expect(store.list().jobs.map(\.number.value) == [2])
        #expect(store.history.jobs([third.number])[third.number]?.fault?.kind == .notFound)
        #expect(store.history.jobs(since: .now + 60).jobs.isEmpty)
    }

    @Test("keeps an ended job whose hook is still to be run")
    func pendingHook() throws {
        let store = Fixture.store(try Scratch())
        var (record, lock) = try store.add { Fixture.record($0.value) }
        record.hooks = JobHooks(onError: ["true"])
        record.end(.cancelled, code: 130, at: .now)
        try lock.write(record)
        lock = try store.add { Fixture.record($0.value) }.lock
        #expect(store.list().jobs.map(\.state) == [.cancelled, .queued])
        #expect(store.list().position(of: JobNumber(clamping: 2)) == 1)
    }

    @Test("is cleared of what ended long ago, the rest stays")
    func clear() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        for age in [100, 40, 1] {
            var (record, lock) = try store.add { Fixture.record($0.value) }
            record.end(.done, code: 0, at: Moment.now + Double(-age * 86_400))
            try lock.finish(record)
            lock = try store.add { Fixture.record($0.value) }.lock
        }
        try scratch.write("{\"version\":7,\"job\":3}\ngarbage\n", to: "queue/history/2020-01.jsonl")
        let path = scratch("queue/history/2020-01.jsonl")
        let newer = QueueProblem.newerHistory(lines: 1, path: path)
        #expect(store.history.jobs().problems == [.history(lines: 1, path: path), newer])
        #expect(newer.message.contains("1 line of \(path) was written by a newer fetchctl"))
        #expect(try store.history.clear(before: .now + Double(-30 * 86_400)) == 2)
        #expect(store.history.jobs().jobs.map(\.number.value) == [5] && store.history.jobs().problems == [newer])
        #expect(scratch.text("queue/history/2020-01.jsonl") == "{\"version\":7,\"job\":3}\n")
        // A line that a crash has cut does not spoil the next one.
        let month = try #require(scratch.names("queue/history").last)
        let text = try #require(scratch.text("queue/history/" + month))
        try scratch.write(text + text.prefix(40), to: "queue/history/" + month)
        var (record, lock) = try store.add { Fixture.record($0.value) }
        record.end(.done, code: 0, at: Moment.now + -86_400)
        try lock.finish(record)
        #expect(Set(store.history.jobs().jobs.map(\.number.value)) == [5, record.number.value])
        #expect(store.history.jobs().problems.count == 2)
        lock = try store.add { Fixture.record($0.value) }.lock
    }

    @Test("sets a damaged record aside and reports it, leaves a newer one alone, and goes on with the others")
    func damage() throws {
        let scratch = try Scratch()
        let store = Fixture.store(scratch)
        for _ in 0..<4 { _ = try store.add { Fixture.record($0.value) } }
        try scratch.write("{\"version\":1,", to: "queue/live/2.json")
        try scratch.write("{\"version\":2,\"job\":3}", to: "queue/live/3.json")
        let listing = store.list()
        #expect(listing.jobs.map(\.number.value) == [1, 4])
        #expect(listing.problems.count == 2)
        #expect(scratch.names("queue/damaged").count == 1 && scratch.text("queue/live/3.json") == "{\"version\":2,\"job\":3}")
        #expect(store.list().problems == listing.problems && listing.problems.contains(.newer(JobNumber(clamping: 3), version: 2)))
        #expect(store.job(JobNumber(clamping: 3)) == nil && store.job(JobNumber(clamping: 4)) != nil)
    }

    @Test("takes wishes in without losing one that comes meanwhile")
    func wishes() throws {
        let store = Fixture.store(try Scratch())
        var (record, lock) = try store.add { Fixture.record($0.value) }
        let number = record.number
        try store.wish(.pause, for: number)
        try store.wish(.limit(1_048_576), for: number)
        // No process holds it: what is wanted is so.
        #expect(try lock.applyWishes(to: &record, at: .now) == [.pause, .limit(1_048_576)])
        #expect(lock.read() == record && record.state == .paused)
        #expect(try lock.applyWishes(to: &record, at: .now).isEmpty)
        try store.wish(.resume, for: number)
        try store.wish(.place(.before(record.order)), for: number)
        lock = try store.add { Fixture.record($0.value) }.lock
        #expect(store.list().jobs.map(\.state) == [.queued, .queued])
        #expect(store.job(number)?.order == .before(OrderKey(number)))
        // One for a job that is not there leaves nothing.
        try store.wish(.pause, for: JobNumber(clamping: 99))
        #expect(store.wishes(JobNumber(clamping: 99)).isEmpty)
    }

    @Test("that cannot be written says what to do, with 78")
    func readOnly() throws {
        let scratch = try Scratch()
        try scratch.write("a file", to: "state")
        let store = QueueStore(QueueFolder(scratch("state/queue")))
        let failure = try #require(throws: Failure.self) { try store.add { Fixture.record($0.value) } }
        #expect(failure.code == .configuration && failure.hint?.contains("FETCHCTL_STATE_DIR") == true)
        #expect(failure.why == "\(scratch("state")) is in the way: it is no folder.")
        #expect(store.list().jobs.isEmpty)
        #expect(throws: Failure.self) { try QueueStore(environment: [:]) }
    }

    @Test("puts a job back that has ended, not one that is still being ended, and not twice")
    func retriedInTime() throws {
        let store = Fixture.store(try Scratch())
        let added = try store.add { Fixture.record($0.value) }
        var record = added.record
        record.end(.cancelled, code: 130, at: .now)
        // Its holder has written how it ended, and has not moved it to the history.
        try added.lock.write(record)
        let place = store.lastPlace(of: store.list().jobs)
        #expect(try !store.retry(record, at: place))
        #expect(store.job(record.number)?.state == .cancelled)
        try added.lock.finish(record)
        #expect(try store.retry(record, at: place))
        #expect(store.job(record.number)?.state == .queued)
        // Again: it is in the queue already, also while a process runs it.
        #expect(try store.retry(record, at: place))
        guard case .taken(let lock) = try store.lock(record.number) else {
            Issue.record("the lock is held")
            return
        }
        #expect(try store.retry(record, at: place))
        withExtendedLifetime(lock) {}
    }

    @Test("puts a retried job at the end under its number, before jobs that are new")
    func retry() throws {
        let store = Fixture.store(try Scratch())
        var (record, lock) = try store.add { Fixture.record($0.value) }
        for _ in 0..<2 { _ = try store.add { Fixture.record($0.value) } }
        record.end(.failed, code: 75, at: .now)
        try lock.finish(record)
        record.requeue(order: store.lastPlace(of: store.list().jobs))
        #expect(try store.restore(record))
        #expect(try !store.restore(record))
        lock = try store.add { Fixture.record($0.value) }.lock
        #expect(store.list().jobs.map(\.number.value) == [2, 3, 1, 4])
        #expect(store.list().position(of: record.number) == 3)
    }
}
