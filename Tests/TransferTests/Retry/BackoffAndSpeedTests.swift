import Testing
@testable import Transfer

@Suite("Back-off and speed") struct RhythmTests {
    static let delays: [(attempt: Int, least: Double)] = [
        (-3, 5), (0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (1000, 60), (Int.max, 60),
    ]

    @Test("Waits double from 5 s to 60 s, a quarter to both sides", arguments: delays)
    func delay(attempt: Int, least: Double) {
        let backoff = RetryBackoff(RetryPolicy())
        #expect(RetryPolicy().limit == 5)
        #expect(backoff.delay(attempt: attempt, jitter: 0.5) == least)
        #expect(backoff.delay(attempt: attempt, jitter: 0) == least * 0.75)
        #expect(backoff.delay(attempt: attempt, jitter: 1) == least * 1.25)
        for _ in 0..<20 { #expect((least * 0.75...least * 1.25).contains(backoff.delay(attempt: attempt))) }
    }

    @Test("A longest wait below the shortest holds all the same")
    func oddPolicy() {
        let backoff = RetryBackoff(RetryPolicy(limit: 1, minimumDelay: 10, maximumDelay: 2))
        for attempt in 1...4 { #expect(backoff.delay(attempt: attempt, jitter: 0.5) == 2) }
        #expect(RetryBackoff(RetryPolicy(minimumDelay: 0)).delay(attempt: 9, jitter: 1) == 0)
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

    @Test("reaches nine tenths at once and more soon, and never far above the limit in any ten seconds", arguments: [0.95, 0.98, 1, 1.03])
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

    @Test("yields half at once while the other engine works too, and then takes it back")
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
