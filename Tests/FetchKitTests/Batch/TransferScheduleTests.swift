import Testing
@testable import FetchKit

@Suite("The schedule of a batch") struct TransferScheduleTests {
    static let smallSize: Int64 = 5 << 10
    static let largeSize: Int64 = 1 << 30

    @Test("The number of small files is limited by the host's connections, not by --jobs")
    func smallFiles() {
        var schedule = TransferSchedule(sizes: Array(repeating: Self.smallSize, count: 300), jobs: 5)
        #expect(schedule.start(smallFiles: 32) == Array(0..<32))
        #expect(schedule.start(smallFiles: 32).isEmpty)
        schedule.end(isSmall: true)
        #expect(schedule.start(smallFiles: 32) == [32])
        #expect(schedule.crowd == 0)
    }

    @Test("The number of large files, and of those of unknown size, is limited by --jobs", arguments: [1 << 30, 4 << 20, nil] as [Int64?])
    func largeFiles(size: Int64?) {
        var schedule = TransferSchedule(sizes: Array(repeating: size, count: 8), jobs: 5)
        #expect(schedule.start(smallFiles: 32) == Array(0..<5))
        #expect(schedule.crowd == 5)
        for _ in 0..<5 { schedule.end(isSmall: false) }
        #expect(schedule.start(smallFiles: 32) == [5, 6, 7])
        #expect(schedule.crowd == 3)
    }

    @Test("Small files leave large ones half of the connections, and take all when those have ended")
    func mixed() {
        var schedule = TransferSchedule(sizes: [Self.largeSize] + Array(repeating: Self.smallSize, count: 100), jobs: 5)
        #expect(schedule.start(smallFiles: 32) == Array(0...16))
        schedule.end(isSmall: false)
        #expect(schedule.start(smallFiles: 32) == Array(17...32))
    }

    @Test("A host that pushes back gets fewer, at least one", arguments: [(8, 8), (1, 1), (0, 1)])
    func pushedBack(connections: Int, count: Int) {
        var schedule = TransferSchedule(sizes: Array(repeating: Self.smallSize, count: 100), jobs: 5)
        #expect(schedule.start(smallFiles: connections).count == count)
    }
}
