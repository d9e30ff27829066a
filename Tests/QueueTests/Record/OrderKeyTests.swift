import Queue
import Testing

@Suite("The queue's order")
struct OrderTests {
    private func number(_ value: Int64) -> JobNumber { JobNumber(clamping: value) }

    @Test("There is a key between any two, however often one is asked for")
    func between() throws {
        let high = OrderKey(number(2))
        var low = OrderKey(number(1))
        for _ in 0..<300 {
            let middle = OrderKey.between(low, high)
            try #require(low < middle && middle < high)
            low = middle
        }
        let floor = OrderKey(number(1))
        var ceiling = OrderKey.after(floor)
        for _ in 0..<300 {
            let middle = OrderKey.between(floor, ceiling)
            try #require(floor < middle && middle < ceiling)
            ceiling = middle
        }
        #expect(OrderKey.before(OrderKey(number(1))) < OrderKey(number(1)))
        #expect(OrderKey.between(low, low) == low)
    }

    @Test(
        "A key is read as it was written, and nothing else is one",
        arguments: [
            ("1", true), ("-7", true), ("12.i", true), ("3.0z", true), ("", false), (".5", false), ("1.A", false), ("1.5.5", false),
            ("+1", false),
            ("01", false), ("1e5", false), ("99999999999999999999", false),
        ])
    func text(text: String, isKey: Bool) {
        #expect((OrderKey(text)?.description == text) == isKey)
    }

    private func jobs(_ numbers: [Int64]) -> [JobRecord] { numbers.map { Fixture.record($0) } }

    @Test(
        "Moving puts a job where it was asked for",
        arguments: [
            (JobPlace.first, [3, 1, 2, 4]), (.last, [1, 2, 4, 3]), (.up, [1, 3, 2, 4]), (.down, [1, 2, 4, 3]),
            (.before(JobNumber(clamping: 2)), [1, 3, 2, 4]),
            (.before(JobNumber(clamping: 1)), [3, 1, 2, 4]), (.before(JobNumber(clamping: 4)), [1, 2, 3, 4]),
            (.before(JobNumber(clamping: 3)), [1, 2, 3, 4]),
            (.before(JobNumber(clamping: 9)), [1, 2, 3, 4]),
        ] as [(JobPlace, [Int64])])
    func move(place: JobPlace, expected: [Int64]) {
        var jobs = jobs([1, 2, 3, 4])
        if let key = QueuePlan.key(for: number(3), to: place, among: jobs, last: .after(OrderKey(number(4)))) { jobs[2].order = key }
        #expect(jobs.sorted { $0.order < $1.order }.map(\.number.value) == expected)
        // A new job comes behind all of them.
        #expect(jobs.allSatisfy { $0.order < OrderKey(number(5)) })
    }

    @Test("A job at the end goes no further down, the first no further up")
    func ends() {
        let jobs = jobs([1, 2])
        let last = OrderKey.after(OrderKey(number(2)))
        #expect(QueuePlan.key(for: number(1), to: .up, among: jobs, last: last) == nil)
        #expect(QueuePlan.key(for: number(1), to: .first, among: jobs, last: last) == nil)
        #expect(QueuePlan.key(for: number(2), to: .down, among: jobs, last: last) == nil)
        #expect(QueuePlan.key(for: number(2), to: .last, among: jobs, last: last) == nil)
        #expect(QueuePlan.key(for: number(7), to: .last, among: jobs, last: last) == nil)
    }

    @Test("What runs next is in order, and its time has come")
    func plan() {
        var jobs = jobs([1, 2, 3, 4, 5, 6])
        jobs[0].state = .paused
        jobs[1].notBefore = Zone.moment(2026, 6, 1, 12)
        jobs[2].window = DailyWindow("20:00-22:00")
        jobs[3].isForeground = true
        jobs[5].state = .running
        let now = Zone.moment(2026, 6, 1, 11)
        #expect(QueuePlan.runnable(jobs, at: now, Zone.utc).map(\.number.value) == [5])
        #expect(jobs.map { $0.state(at: now, Zone.utc) } == [.paused, .scheduled, .scheduled, .queued, .queued, .running])
        #expect(QueuePlan.runnable(jobs, at: Zone.moment(2026, 6, 1, 21), Zone.utc).map(\.number.value) == [2, 3, 5])
        #expect(QueuePlan.nextStart(jobs, from: now, Zone.utc) == Zone.moment(2026, 6, 1, 12))
        #expect(QueuePlan.needsWorker(jobs) && !QueuePlan.needsWorker([jobs[0], jobs[3], jobs[5]]))
        jobs[5].window = jobs[2].window
        #expect(QueuePlan.hasToStop(jobs[5], at: now, Zone.utc) && !QueuePlan.hasToStop(jobs[5], at: Zone.moment(2026, 6, 1, 20), Zone.utc))
        jobs[4].end(.failed, code: 75, at: now)
        #expect(jobs[4].pendingHook == nil && jobs[4].isHookDone)
        jobs[0].hooks = JobHooks(onError: ["echo", "x"])
        jobs[0].end(.cancelled, code: 130, at: now)
        #expect(jobs[0].pendingHook == ["echo", "x"] && QueuePlan.needsWorker([jobs[0]]))
    }
}
