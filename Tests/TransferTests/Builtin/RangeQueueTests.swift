import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Transfer

@Suite("The range queue") struct RangeQueueTests {
    static let mebi: Int64 = 1 << 20

    /// A clock that goes when it is told to.
    final class Hand: Sendable {
        private let passed = Mutex(Duration.zero)
        private let start = ContinuousClock.now

        func move(_ seconds: Double) { passed.withLock { $0 += .seconds(seconds) } }
        var clock: @Sendable () -> ContinuousClock.Instant { { [self] in start + passed.withLock { $0 } } }
    }

    /// Fetches all of it, a part after the other.
    /// - Parameters:
    ///   - wait: seconds until a part's first byte.
    ///   - rate: bytes per second after that.
    func drain(_ queue: RangeQueue, _ hand: Hand = Hand(), wait: Double = 0, rate: Double = .infinity) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        while let segment = queue.next() {
            ranges.append(segment.start..<segment.end)
            hand.move(wait)
            fetch(segment, queue, hand, rate: rate)
        }
        return ranges
    }

    func fetch(_ segment: Segment, _ queue: RangeQueue, _ hand: Hand, rate: Double) {
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
}
