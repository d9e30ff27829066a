import Testing
@testable import Transfer

@Suite("The length of a part") struct PartLengthTests {
    static let mebi: Int64 = 1 << 20
    /// 20 MB/s a connection.
    static let secondsPerByte = 1 / 20e6

    private func length(
        _ left: Int64, handedOut: Int64 = 0, connections: Int64 = 16, isHashed: Bool = true, wait: Double, isKnown: Bool = false
    ) -> Int64 {
        var lengths = PartLength(connections: connections, pieceLength: Self.mebi, isHashed: isHashed)
        let line = LineEstimate(wait: wait, secondsPerByte: isKnown ? Self.secondsPerByte : nil)
        return lengths.next(left: left * Self.mebi, handedOut: handedOut * Self.mebi, smallest: 256 << 10, on: line) / Self.mebi
    }

    static let longLines: [(left: Int64, wait: Double, length: Int64)] = [
        // One request a connection: hashing 64 MiB takes less than a round trip.
        (64, 0.08, 4), (16, 0.08, 1), (65, 0.08, 5), (128, 0.2, 8),
        // Three quarters of what is left, to be hashed while the rest comes.
        (1024, 0.08, 48), (256, 0.08, 12), (64, 0.02, 3),
        // No longer than 64 MiB while the line's rate is not known.
        (8192, 0.08, 64),
    ]

    @Test("On a long line each connection gets a large share at once", arguments: longLines)
    func longLine(left: Int64, wait: Double, length: Int64) {
        #expect(self.length(left, wait: wait) == length)
    }

    @Test("A part lasts for 50 round trips where the file is long enough")
    func roundTrips() {
        #expect(length(65_536, wait: 0.2, isKnown: true) == 190)
    }

    @Test("A part lasts for 10 s at most where the rate is known")
    func slow() {
        var lengths = PartLength(connections: 4, pieceLength: Self.mebi, isHashed: true)
        let line = LineEstimate(wait: 0.08, secondsPerByte: 1 / Double(Self.mebi / 2))
        #expect(lengths.next(left: 1024 * Self.mebi, handedOut: 0, smallest: 256 << 10, on: line) <= 5 * Self.mebi)
    }

    @Test("What is not hashed is divided once")
    func unhashed() {
        #expect(length(1024, isHashed: false, wait: 0.08) == 64)
    }

    static let roundsOfParts: [(size: Int64, parts: [Int64])] = [(64, [4]), (1024, [48, 12, 4]), (100, [7])]

    @Test("Each connection gets a part of the same length before the next round", arguments: roundsOfParts)
    func rounds(size: Int64, parts: [Int64]) {
        var lengths = PartLength(connections: 16, pieceLength: Self.mebi, isHashed: true)
        var left = size * Self.mebi
        var handedOut: [Int64] = []
        while left > 0 {
            let line = LineEstimate(wait: 0.08, secondsPerByte: Self.secondsPerByte)
            let part = lengths.next(left: left, handedOut: 0, smallest: 256 << 10, on: line)
            handedOut.append(part / Self.mebi)
            left -= part
        }
        let expected = parts.flatMap { Array(repeating: $0, count: 16) }
        #expect(handedOut == Array(expected.prefix(handedOut.count)))
        #expect(expected.count - handedOut.count < 16)
    }

    static let shortLines: [(left: Int64, handedOut: Int64, length: Int64)] = [
        (4096, 0, 8), (4096, 128, 32), (4096, 2048, 64), (64, 0, 2), (16, 48, 0),
    ]

    @Test("Without latency parts are short, so that hashing follows", arguments: shortLines)
    func shortLine(left: Int64, handedOut: Int64, length: Int64) {
        #expect(self.length(left, handedOut: handedOut, wait: 0.0004) == length)
    }
}
