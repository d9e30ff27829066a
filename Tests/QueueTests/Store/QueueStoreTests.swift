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
}
