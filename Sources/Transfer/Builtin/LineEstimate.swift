/// The latency and the rate of a network line, as far as they are known.
struct LineEstimate: Sendable, Equatable {
    /// Seconds from a request to its first bytes; 0 when it is not known.
    var wait = 0.0
    /// Seconds for a byte over one connection; nil when it is not known.
    var secondsPerByte: Double?

    /// Seconds from a request to its answer from which on a line counts as long; a busy machine needs some itself.
    private static let longLine = 0.015

    /// Whether a round trip costs more than the gap that it leaves on a fast network.
    var isLong: Bool { wait >= Self.longLine }

    /// Updates the estimate from a segment that has ended: the quickest one counts.
    /// - Parameter pieceLength: bytes of a piece of the map.
    mutating func learn(from segment: Segment, pieceLength: Int64) {
        guard let seen = segment.wait else { return }
        wait = wait > 0 ? min(wait, seen) : seen
        // What a short segment takes is mostly its wait: it counts as a piece, and only until a longer one is known.
        let bytes = segment.end - segment.start
        guard bytes >= pieceLength || secondsPerByte == nil else { return }
        // On a short line the wait is part of what a byte costs: it hides the server's own pauses.
        let seconds = isLong ? max(segment.age - seen, 1e-6) : segment.age
        secondsPerByte = min(secondsPerByte ?? .infinity, seconds / Double(max(pieceLength, bytes)))
    }
}
