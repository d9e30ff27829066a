import Testing

@testable import FetchKit

@Suite("Growth, back-off and speed") struct RhythmTests {
    /// Windows of a second each, in which so many bytes come; all that was asked for is at work by then.
    private func observe(_ rates: [Int64], _ growth: inout ConnectionGrowth, from start: ContinuousClock.Instant) {
        var (now, bytes) = (start, Int64(0))
        for rate in rates {
            growth.observe(bytes, at: now, working: growth.target, silent: 0)
            now += .seconds(1)
            bytes += rate
            growth.observe(bytes, at: now, working: growth.target, silent: 0)
        }
    }

    @Test("Connections start at four, or at the ceiling", arguments: [(0, 1), (1, 1), (3, 3), (4, 4), (5, 4), (64, 4)])
    func start(ceiling: Int, target: Int) {
        #expect(ConnectionGrowth(ceiling: ceiling, now: .now).target == target)
    }

    static let growths: [(rates: [Int64], ceiling: Int, target: Int)] = [
        ([100], 16, 8), ([100, 200], 16, 16), ([100, 200, 400, 800], 16, 16), ([100, 200], 10, 10), ([100, 105], 16, 8),
        ([100, 105, 400], 16, 16), ([100, 105, 90, 105, 400], 16, 8), ([0, 0, 0], 16, 4), ([0, 100], 16, 8),
        ([100, 111, 300, 900], 64, 64), ([100], 4, 4), ([100, 90, 90, 90, 500], 64, 8),
    ]

    @Test("They double while that brings a tenth more, up to the ceiling, and then stay", arguments: growths)
    func grow(rates: [Int64], ceiling: Int, target: Int) {
        let start = ContinuousClock.now
        var growth = ConnectionGrowth(ceiling: ceiling, now: start)
        observe(rates, &growth, from: start)
        #expect(growth.target == target)
    }

    @Test("They do not grow while some of them are not at work or have brought nothing yet")
    func notYet() {
        let start = ContinuousClock.now
        var growth = ConnectionGrowth(ceiling: 16, now: start)
        growth.observe(0, at: start, working: 3, silent: 0)
        growth.observe(100, at: start + .seconds(5), working: 3, silent: 0)
        growth.observe(200, at: start + .seconds(10), working: 4, silent: 1)
        #expect(growth.target == 4)
        growth.observe(300, at: start + .seconds(11), working: 4, silent: 0)
        growth.observe(400, at: start + .seconds(20), working: 4, silent: 0)
        #expect(growth.target == 8)
    }

    @Test("A rate is measured for as long as new connections take to bring something, at least 20 ms", arguments: [(1, 20), (300, 300)])
    func window(took: Int, milliseconds: Int) {
        let start = ContinuousClock.now
        var growth = ConnectionGrowth(ceiling: 16, now: start)
        let all = start + .milliseconds(took)
        growth.observe(10, at: all, working: 4, silent: 0)
        growth.observe(20, at: all + .milliseconds(milliseconds - 1), working: 4, silent: 0)
        #expect(growth.target == 4)
        growth.observe(20, at: all + .milliseconds(milliseconds), working: 4, silent: 0)
        #expect(growth.target == 8)
    }

    @Test("A host that pushes back gets half, at least one, and no more again", arguments: [(1, 1), (2, 1), (4, 2), (8, 4), (9, 4)])
    func shrink(working: Int, target: Int) {
        let start = ContinuousClock.now
        var growth = ConnectionGrowth(ceiling: 16, now: start)
        observe([100], &growth, from: start)
        growth.shrink(working: working)
        #expect(growth.target == target)
        observe([1_000_000_000], &growth, from: start + .seconds(2))
        #expect(growth.target == target)
    }

    static let delays: [(attempt: Int, least: Double)] = [
        (-3, 5), (0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (1000, 60), (Int.max, 60),
    ]

    @Test("Waits double from 5 s to 60 s, a quarter to both sides", arguments: delays)
    func delay(attempt: Int, least: Double) {
        let policy = RetryPolicy()
        #expect(policy.limit == 5)
        #expect(policy.delay(attempt: attempt, jitter: 0.5) == least)
        #expect(policy.delay(attempt: attempt, jitter: 0) == least * 0.75)
        #expect(policy.delay(attempt: attempt, jitter: 1) == least * 1.25)
        for _ in 0..<20 { #expect((least * 0.75...least * 1.25).contains(policy.delay(attempt: attempt))) }
    }

    @Test("A longest wait below the shortest holds all the same")
    func oddPolicy() {
        let policy = RetryPolicy(limit: 1, minimumDelay: 10, maximumDelay: 2)
        for attempt in 1...4 { #expect(policy.delay(attempt: attempt, jitter: 0.5) == 2) }
        #expect(RetryPolicy(minimumDelay: 0).delay(attempt: 9, jitter: 1) == 0)
    }

    static let samples: [(samples: [(Double, Int64)], rate: Double)] = [
        ([], 0), ([(0, 0)], 0), ([(0, 500)], 0), ([(0, 0), (1, 100)], 100), ([(0, 0), (0, 100)], 0), ([(0, 100), (2, 100)], 0),
        ([(0, 0), (1, 100), (2, 400)], 200), ([(0, 0), (1, 0), (10, 900)], 100), ([(0, 0), (4, 0), (6, 0), (8, 400)], 100),
        ([(0, 100), (1, 50)], 0), ([(100, 1 << 50), (101, (1 << 50) + 7)], 7),
    ]

    @Test("The rate is that of the last five seconds", arguments: samples)
    func speed(samples: [(Double, Int64)], rate: Double) {
        var gauge = SpeedGauge()
        for (time, bytes) in samples { gauge.add(time: time, bytes: bytes) }
        #expect(gauge.rate == rate)
    }
}

@Suite("aria2's pace") struct Aria2PaceTests {
    /// Rates second by second under a limiter that lets nothing through in every tenth, and else that part of what it is told.
    private static func rates(_ part: Double, seconds: Int = 60) -> [Double] {
        var pace = Aria2Pace(target: 1_000_000)
        return (0..<seconds).map { second in
            let rate = second % 10 == 9 ? 0 : pace.told * part
            for _ in 0..<10 { _ = pace.observe(bytes: Int64(rate / 10), seconds: 0.1, share: 1) }
            return rate
        }
    }

    @Test("comes to nine tenths at once and to more soon, and never far above in any ten seconds", arguments: [0.95, 0.98, 1, 1.03])
    func holds(part: Double) {
        let rates = Self.rates(part)
        let means = (0...rates.count - 10).map { rates[$0..<$0 + 10].reduce(0, +) / 10 }
        #expect(means.allSatisfy { $0 >= 880_000 && $0 <= 1_050_000 }, "\(means)")
        #expect(means.suffix(30).allSatisfy { $0 >= 950_000 }, "\(means)")
    }

    @Test("does not wind up while the line gives less")
    func slowLine() {
        var pace = Aria2Pace(target: 1_000_000)
        for _ in 0..<1000 { _ = pace.observe(bytes: 30_000, seconds: 0.1, share: 1) }
        #expect(pace.told <= 1_120_001)
    }

    @Test("gives half away at once when the other engine works too, and takes it back")
    func share() {
        var pace = Aria2Pace(target: 1_000_000)
        #expect(pace.observe(bytes: 90_000, seconds: 0.1, share: 0.5) == 530_000)
        #expect(pace.observe(bytes: 45_000, seconds: 0.1, share: 1) == 1_060_000)
    }

    @Test("takes no resumed beginning for a transfer")
    func resumed() {
        var pace = Aria2Pace(target: 1_000_000)
        #expect(pace.observe(bytes: 900_000_000, seconds: 0.1, share: 1) == nil)
        for _ in 0..<300 { _ = pace.observe(bytes: 90_000, seconds: 0.1, share: 1) }
        #expect(pace.told > 1_060_000)
    }
}
