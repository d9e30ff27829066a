import Testing

@testable import Fleet

@Suite struct TableClockTests {
    @Test(arguments: [(3.0, false), (3.1, true), (10.0, true), (3600.0, true)])
    func aPauseOfTheCoordinatorIsNoSilenceOfTheMembers(_ seconds: Double, _ hasPaused: Bool) {
        var clock = TableClock()
        #expect(clock.read(.seconds(1)) == (.seconds(1), false))
        let (now, paused) = clock.read(.seconds(1 + seconds))
        #expect(paused == hasPaused)
        #expect(now == (hasPaused ? .seconds(1) : .seconds(1 + seconds)))
        #expect(clock.read(.seconds(2 + seconds)) == (now + .seconds(1), false))
    }
}
