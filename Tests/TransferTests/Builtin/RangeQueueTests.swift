import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Transfer

@Suite("The range queue") struct RangeQueueTests {
    static let mebi: Int64 = 1 << 20

    /// A clock that goes when it is told to.
    private final class Hand: Sendable {
        private let passed = Mutex(Duration.zero)
        private let start = ContinuousClock.now

        func move(_ seconds: Double) { passed.withLock { $0 += .seconds(seconds) } }
        var clock: @Sendable () -> ContinuousClock.Instant { { [self] in start + passed.withLock { $0 } } }
    }

    /// Fetches all of it, a part after the other.
    /// - Parameters:
    ///   - wait: seconds until a part's first byte.
    ///   - rate: bytes per second after that.
    private func drain(_ queue: RangeQueue, _ hand: Hand = Hand(), wait: Double = 0, rate: Double = .infinity) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        while let segment = queue.next() {
            ranges.append(segment.start..<segment.end)
            hand.move(wait)
            fetch(segment, queue, hand, rate: rate)
        }
        return ranges
    }

    private func fetch(_ segment: Segment, _ queue: RangeQueue, _ hand: Hand, rate: Double) {
        _ = segment.advance(1)
        hand.move(Double(segment.remaining) / rate)
        _ = segment.advance(Int(segment.remaining))
        queue.finish(segment)
    }

    static let longest: [(pieces: Int64, connections: Int, longest: Int64)] = [
        (1, 1, 1), (1, 16, 1), (3, 4, 1), (64, 4, 8), (64, 16, 2), (100, 1, 16), (1024, 4, 64), (4096, 4, 64), (4096, 16, 64),
        (1024, 64, 8),
    ]

    @Test("Parts come in file order, 64 MiB at most, and shorter towards the end", arguments: longest)
    func partLengths(pieces: Int64, connections: Int, longest: Int64) {
        let size = pieces * Self.mebi
        let hand = Hand()
        // Bytes come so quickly that none is worth less than a piece.
        let ranges = drain(
            RangeQueue(map: PieceMap(size: size), connections: connections, clock: hand.clock), hand, wait: 0.004, rate: 1e9)
        #expect(ranges.first?.lowerBound == 0)
        #expect(ranges.last?.upperBound == size)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(ranges.allSatisfy { Int64($0.count) <= longest * Self.mebi && !$0.isEmpty })
        // The connection that gets the last part does not keep all others waiting.
        #expect(ranges.suffix(connections).allSatisfy { Int64($0.count) <= max(Self.mebi, size / Int64(connections)) })
        #expect(Int64(ranges.first?.count ?? 0) <= 8 * Self.mebi)
    }

    @Test("On a long line every connection gets its share in few parts, in file order", arguments: [(64, 16), (1024, 48), (200, 32)])
    func longLine(pieces: Int64, parts: Int) {
        let size = pieces * Self.mebi
        let hand = Hand()
        let queue = RangeQueue(map: PieceMap(size: size), connections: 16, roundTrip: 0.08, clock: hand.clock)
        let ranges = drain(queue, hand, wait: 0.08, rate: 20e6)
        #expect(ranges.first?.lowerBound == 0)
        #expect(ranges.last?.upperBound == size)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(ranges.count <= parts)
        #expect(queue.isLongLine)
    }

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

    @Test("Only what is missing is handed out")
    func gaps() {
        var map = PieceMap(size: 10 * Self.mebi)
        for piece in [0, 3, 4, 9] { map.insert(piece) }
        let hand = Hand()
        let ranges = drain(RangeQueue(map: map, connections: 16, clock: hand.clock), hand, wait: 1)
        #expect(ranges.map { $0.lowerBound / Self.mebi } == [1, 2, 5, 6, 7, 8])
        #expect(drain(RangeQueue(map: full(10), connections: 4)).isEmpty)
    }

    private func full(_ count: Int) -> PieceMap {
        var map = PieceMap(size: Int64(count) * Self.mebi)
        for piece in 0..<count { map.insert(piece) }
        return map
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

    @Test("A part takes no byte beyond its end, also when that was taken back meanwhile")
    func advance() {
        let segment = Segment(0..<100)
        #expect(segment.advance(60) == (60, false))
        #expect(segment.remaining == 40)
        #expect(segment.advance(60) == (40, true))
        #expect(segment.advance(1) == (0, true))
        #expect(segment.remaining == 0)
        let shared = Segment(0..<8)
        #expect(shared.split(at: 2, smallest: 2) == 4..<8)
        #expect(shared.advance(8) == (4, true))
    }

    static let rests: [(advanced: Int64, rest: Range<Int64>?)] = [
        (0, 2 * mebi..<4 * mebi), (1, 2 * mebi + 1..<4 * mebi), (mebi, 3 * mebi..<4 * mebi), (2 * mebi - 1, 4 * mebi - 1..<4 * mebi),
        (2 * mebi, nil),
    ]

    @Test("Of a broken part what has not come goes back, and first", arguments: rests)
    func rest(advanced: Int64, rest: Range<Int64>?) throws {
        var map = PieceMap(size: 16 * Self.mebi)
        for piece in [0, 1, 4, 5] { map.insert(piece) }
        let queue = RangeQueue(map: map, connections: 2)
        let segment = try #require(queue.next())
        #expect(segment.start == 2 * Self.mebi)
        #expect(segment.end == 4 * Self.mebi)
        _ = segment.advance(Int(advanced))
        #expect(segment.rest == rest)
        queue.finish(segment)
        let next = try #require(queue.next())
        #expect(next.start == rest?.lowerBound ?? 6 * Self.mebi)
    }

    @Test("A gap that begins within a piece is cut at pieces from there on", arguments: [1, 2, 4, 16])
    func begunGap(connections: Int) {
        let size = 64 * Self.mebi
        let hand = Hand()
        let queue = RangeQueue(map: PieceMap(size: size), gaps: [700_000..<size], connections: connections, clock: hand.clock)
        let ranges = drain(queue, hand, wait: 1)
        #expect(ranges.first?.lowerBound == 700_000)
        #expect(ranges.last?.upperBound == size)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(ranges.dropFirst().allSatisfy { $0.lowerBound % Self.mebi == 0 })
    }

    @Test("Whichever connection breaks or splits, every byte is fetched exactly once", arguments: 0..<24)
    func simulation(round: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let size = Int64.random(in: 1...40 * Self.mebi, using: &generator)
        let connections = Int.random(in: 1...12, using: &generator)
        let mayBreak = Bool.random(using: &generator)
        var map = PieceMap(size: size)
        for piece in 0..<map.count where Int.random(in: 0..<4, using: &generator) == 0 { map.insert(piece) }
        let queue = RangeQueue(map: map, connections: connections)
        let mebi = Self.mebi
        var fetched: [Range<Int64>] = []
        var working: [(segment: Segment, position: Int64)] = []
        var steps = 0
        while steps < 100_000 {
            steps += 1
            if working.count < connections, let segment = queue.next() {
                // On a machine that stops for a while a connection may look like a straggler, which is not tested here.
                if segment.isRepeat { queue.finish(segment) } else { working.append((segment, segment.start)) }
                continue
            }
            guard let index = working.indices.randomElement(using: &generator) else { break }
            let (segment, position) = working[index]
            if mayBreak, Int.random(in: 0..<20, using: &generator) == 0 {
                if segment.start < position { fetched.append(segment.start..<position) }
                queue.finish(segment)
                working.remove(at: index)
                continue
            }
            let (take, isDone) = segment.advance(Int.random(in: 1...Int(2 * mebi), using: &generator))
            working[index].position += Int64(take)
            if isDone {
                fetched.append(segment.start..<working[index].position)
                queue.finish(segment)
                working.remove(at: index)
            }
        }
        let whole = fetched.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: [Range<Int64>]()) { merged, range in
            if let last = merged.last, last.upperBound == range.lowerBound {
                merged[merged.count - 1] = last.lowerBound..<range.upperBound
            } else {
                merged.append(range)
            }
        }
        #expect(whole == map.missing, "seed \(seed): bytes are missing or came twice")
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
