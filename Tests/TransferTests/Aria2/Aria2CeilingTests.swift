import Aria2
import Curl
import Testing

@testable import Transfer

@Suite("Rate limits of aria2c") struct Aria2CeilingTests {
    private let whole = RateLimiter(bytesPerSecond: nil)
    private let jobs = [Aria2GID.random(), .random(), .random()]

    @Test("A change of the process's ceiling is told once, and 0 takes it away")
    func changed() {
        var ceilings = Aria2Ceilings(whole)
        #expect(ceilings.observe([:], seconds: 0) == Aria2Ceilings.Changes())
        whole.set(1_000_000)
        #expect(ceilings.observe([jobs[0]: (nil, 0)], seconds: 0.1) == Aria2Ceilings.Changes(whole: 1_060_000))
        #expect(ceilings.observe([jobs[0]: (whole, 90_000)], seconds: 0.1) == Aria2Ceilings.Changes())
        whole.set(nil)
        #expect(ceilings.observe([jobs[0]: (nil, 90_000)], seconds: 0.1) == Aria2Ceilings.Changes(whole: 0))
    }

    @Test("A ceiling that aria2c did not take is told again", arguments: [1_000_000, nil] as [Int64?])
    func repeated(rate: Int64?) {
        var ceiling = Aria2Ceiling(whole)
        whole.set(500)
        _ = ceiling.observe(bytes: 0, seconds: 0.1, isWorking: false)
        whole.set(rate)
        let told = ceiling.observe(bytes: 0, seconds: 0.1, isWorking: false)
        #expect(told == rate.map { $0 + $0 * 6 / 100 } ?? 0)
        ceiling.wasNotTaken()
        #expect(ceiling.observe(bytes: 0, seconds: 0.1, isWorking: false) == told)
        #expect(ceiling.observe(bytes: 0, seconds: 0.1, isWorking: false) == nil)
    }

    @Test("The jobs of one group share its ceiling, and hear of every change")
    func shared() {
        let part = RateLimiter(bytesPerSecond: 1_000_000, within: whole)
        let other = RateLimiter(bytesPerSecond: nil, within: whole)
        var ceilings = Aria2Ceilings(whole)
        let one = ceilings.observe([jobs[0]: (part, 0), jobs[2]: (other, 0)], seconds: 0.1)
        #expect(one == Aria2Ceilings.Changes(jobs: [jobs[0]: 1_060_000, jobs[2]: 0]))
        let two = ceilings.observe([jobs[0]: (part, 0), jobs[1]: (part, 0), jobs[2]: (other, 0)], seconds: 0.1)
        #expect(two == Aria2Ceilings.Changes(jobs: [jobs[0]: 530_000, jobs[1]: 530_000]))
        part.set(nil)
        other.set(500)
        let three = ceilings.observe([jobs[0]: (part, 0), jobs[1]: (part, 0), jobs[2]: (other, 0)], seconds: 0.1)
        #expect(three == Aria2Ceilings.Changes(jobs: [jobs[0]: 0, jobs[1]: 0, jobs[2]: 530]))
        #expect(other.debtSeconds() == 0)
    }

    @Test("While aria2c works under a ceiling, the other engine keeps to half of it")
    func halved() {
        let part = RateLimiter(bytesPerSecond: 1000, within: whole)
        var ceilings = Aria2Ceilings(whole)
        _ = ceilings.observe([jobs[0]: (part, 0)], seconds: 0.1)
        part.take(100_000)
        #expect(part.debtSeconds() > 150)
        _ = ceilings.observe([:], seconds: 0.1)
        #expect(part.debtSeconds() < 110)
    }
}
