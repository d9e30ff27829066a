/// How long the next part of a file is: long enough that a request's round trip does not count, short enough that hashing,
/// which needs the file's beginning first, is not left behind.
struct PartLength: Sendable {
    /// Connections at most.
    let connections: Int64
    /// Bytes of a piece of the map.
    let pieceLength: Int64
    /// Whether the file is hashed while it comes.
    let isHashed: Bool

    /// The longest part on a line without latency. Bytes.
    private static let longest: Int64 = 64 << 20
    /// The shortest one there: short, so that there is soon a beginning to hash. Bytes.
    private static let first: Int64 = 8 << 20
    /// Parts within a piece end at a block of aria2's control file. Bytes.
    private static let block: Int64 = 16 << 10
    /// Bytes per second that SHA-256 manages with the processor's own instructions.
    private static let hashRate = 1.4e9
    /// A part takes at least this many times as long as its request waits, where the file is long enough.
    private static let worthWaiting = 50.0

    /// Parts of one length, one for each connection: how long they are, and how many of them have not been handed out.
    private var round: (length: Int64, left: Int64) = (0, 0)

    init(connections: Int64, pieceLength: Int64, isHashed: Bool) {
        self.connections = connections
        self.pieceLength = pieceLength
        self.isHashed = isHashed
    }

    /// Seconds that a part may last: its link may expire, and hashing waits for the file's beginning.
    static let longestTime = 10.0

    /// - Parameters:
    ///   - left: bytes that have not been handed out yet.
    ///   - handedOut: bytes that have been handed out so far.
    ///   - smallest: the shortest part worth a request, in bytes.
    mutating func next(left: Int64, handedOut: Int64, smallest: Int64, on line: LineEstimate) -> Int64 {
        let length = line.isLong ? nextOfRound(left, line) : onShortLine(left, handedOut)
        return length >= pieceLength ? length / pieceLength * pieceLength : max(smallest, length / Self.block * Self.block)
    }

    /// Longer from part to part, and shorter again towards the end, so that all connections end together.
    private func onShortLine(_ left: Int64, _ handedOut: Int64) -> Int64 {
        min(Self.longest, max(Self.first, handedOut / 4), left / (connections * 2))
    }

    private mutating func nextOfRound(_ left: Int64, _ line: LineEstimate) -> Int64 {
        if round.left == 0 { round = (onLongLine(left, line), connections) }
        round.left -= 1
        return round.length
    }

    /// Every further part costs each connection a round trip. So all connections get an equal share of what is left, once
    /// hashing what they receive together takes no longer than that; before, they get so much of it that it can be hashed while
    /// the rest comes.
    private func onLongLine(_ left: Int64, _ line: LineEstimate) -> Int64 {
        let share = (left + connections - 1) / connections
        // The last share need not be a multiple of the piece: it ends where the file does.
        let rounded = (share + pieceLength - 1) / pieceLength * pieceLength
        let inTime = line.secondsPerByte.map { Int64(min(1e15, Self.longestTime / max($0, 1e-12))) } ?? .max
        guard isHashed, Double(left) / Self.hashRate > line.wait * 4 / 3 else { return max(pieceLength, min(rounded, inTime)) }
        let hashedMeanwhile = line.secondsPerByte.map { 1 - Double(connections) / $0 / Self.hashRate } ?? 0.75
        let part = Int64(Double(share) * min(0.75, max(0.25, hashedMeanwhile)))
        let cap = max(Self.longest, Int64(min(Double(share), line.wait * Self.worthWaiting / (line.secondsPerByte ?? .infinity))))
        return max(pieceLength, min(part, cap, inTime))
    }
}
