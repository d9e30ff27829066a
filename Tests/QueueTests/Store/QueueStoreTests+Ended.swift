import FetchTypes
import Foundation
import Queue
import Storage
import TestSupport
import Testing

/// These tests are about jobs that have ended: history, hooks, clearing and retrying.
extension StoreTests {
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
