import TestSupport
import Testing
@testable import Partials
@testable import Transfer

/// Parts are shortened, split or fetched again while they run.
extension RangeQueueTests {
    @Test("Of a part that would last too long the end is taken back, and handed out in file order")
    func shorten() throws {
        let hand = Hand()
        let queue = RangeQueue(map: PieceMap(size: 64 * Self.mebi), connections: 4, roundTrip: 0.08, clock: hand.clock)
        let slow = try #require(queue.next())
        let quick = try #require(queue.next())
        #expect(slow.end == 16 * Self.mebi)
        hand.move(1)
        // 0.25 MiB/s: 10 s of that are 2.5 MiB.
        _ = slow.advance(Int(Self.mebi) / 4)
        _ = quick.advance(8 << 20)
        queue.shorten()
        #expect(slow.end == 3 * Self.mebi)
        #expect(quick.end == 32 * Self.mebi)
        let next = try #require(queue.next())
        #expect(next.start == 3 * Self.mebi && next.end <= 16 * Self.mebi)
    }

    @Test(
        "Towards the end parts are as short as their wait allows, and cut at aria2's blocks",
        arguments: [(0.0, 8, 256), (0.0049, 8, 256), (0.0049, 20, 384), (0.0049, 100, 1024)])
    func shortest(wait: Double, rate: Double, kibi: Int64) {
        let hand = Hand()
        let ranges = drain(
            RangeQueue(map: PieceMap(size: 64 * Self.mebi), connections: 4, clock: hand.clock), hand, wait: wait, rate: rate * 1_048_576)
        #expect(ranges.allSatisfy { $0.lowerBound % (16 << 10) == 0 })
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        // Up to a block less, where it was cut.
        #expect((kibi - 16...kibi).contains(Int64(ranges.dropLast().last?.count ?? 0) >> 10))
    }

    @Test("A straggler keeps what it receives meanwhile; an idle connection fetches the rest again")
    func stragglers() throws {
        let hand = Hand()
        let queue = RangeQueue(map: PieceMap(size: 8 * Self.mebi), connections: 1, clock: hand.clock)
        let quick = try #require(queue.next())
        let slow = try #require(queue.next())
        fetch(quick, queue, hand, rate: 8 * 1_048_576)
        // A hundredth of the others' rate.
        _ = slow.advance(40_000)
        // It takes some time to tell.
        hand.move(0.5)
        var again: Segment?
        while again == nil, let other = queue.next() {
            if other.isRepeat { again = other }
            fetch(other, queue, hand, rate: 8 * 1_048_576)
        }
        let repeated = try #require(again)
        #expect(repeated.start == slow.start + 40_000)
        #expect(repeated.original === slow)
        #expect(slow.end - slow.start < 256 << 10)
        #expect(slow.remaining == 0)
        #expect(slow.isOvertaken)
        #expect(slow.advance(10) == (0, true))
    }

    @Test("Under a ceiling nothing is fetched twice that comes in a few seconds")
    func limited() throws {
        let hand = Hand()
        let queue = RangeQueue(map: PieceMap(size: 8 * Self.mebi), connections: 1, isLimited: true, clock: hand.clock)
        let slow = try #require(queue.next())
        _ = slow.advance(Int(Self.mebi) / 4)
        // It takes some time to tell.
        hand.move(0.4)
        while let other = queue.next() {
            #expect(!other.isRepeat)
            fetch(other, queue, hand, rate: 80 * 1_048_576)
        }
        #expect(!slow.isOvertaken)
    }

    @Test("With nothing left, the longest that runs gives its upper half away, cut at a piece")
    func split() throws {
        let queue = RangeQueue(map: PieceMap(size: 8 * Self.mebi), connections: 1)
        // 4, 2, 1 and 1 MiB.
        let leases = try (0..<4).map { _ in try #require(queue.next()) }
        #expect(leases.map { ($0.end - $0.start) / Self.mebi } == [4, 2, 1, 1])
        _ = leases[0].advance(5)
        let half = try #require(queue.next())
        // The first has 4 MiB less 5 bytes to go: its middle lies within the third piece.
        #expect(half.start == 3 * Self.mebi)
        #expect(half.end == 4 * Self.mebi)
        #expect(leases[0].end == 3 * Self.mebi)
        #expect(leases[0].remaining == 3 * Self.mebi - 5)
    }

    @Test("A part of less than two pieces is not split")
    func noSplit() throws {
        let queue = RangeQueue(map: PieceMap(size: 2 * Self.mebi - 1), connections: 1)
        let first = try #require(queue.next())
        let second = try #require(queue.next())
        #expect(first.end == Self.mebi)
        #expect(second.start == Self.mebi)
        #expect(queue.next() == nil)
        _ = first.advance(1)
        #expect(queue.next() == nil)
    }

    @Test("Where no byte may be served twice, a part stays with its connection")
    func exact() throws {
        let map = PieceMap(size: 8 << 20)
        for isExact in [false, true] {
            let queue = RangeQueue(map: map, gaps: [2 << 20..<6 << 20], connections: 1, isExact: isExact)
            var parts: [Segment] = []
            while queue.isHandedOut == false, let part = queue.next() { parts.append(part) }
            #expect(parts.first?.start == 2 << 20 && parts.last?.end == 6 << 20)
            #expect((queue.next() == nil) == isExact)
        }
    }
}
