import FetchTypes
import Foundation
import Queue
import Storage
import TestSupport
import Testing

/// These tests are about jobs while a process runs them.
extension StoreTests {
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

    func taken(_ store: QueueStore, _ number: JobNumber) throws -> JobLock? {
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
}
