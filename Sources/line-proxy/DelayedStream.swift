#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One direction of a connection: bytes that were read wait here until they are due at the other end.
struct DelayedStream {
    private struct Chunk {
        var bytes: [UInt8]
        /// Bytes that have been written already.
        var sent = 0
        /// Seconds on the monotonic clock.
        let due: Double
    }

    /// Seconds that every byte is on its way.
    private let delay: Double
    /// Seconds that each byte occupies the line; 0 is unlimited.
    private let secondsPerByte: Double
    /// When the line is free for the next byte.
    private var freeAt = 0.0
    private var chunks: [Chunk] = []
    private var head = 0
    private(set) var buffered = 0
    /// The sender has closed its end.
    private(set) var isEnded = false
    private var endDue = 0.0

    /// Bytes that may wait: the line's own content and some for the scheduler's delays.
    private let capacity: Int

    init(delay: Double, bytesPerSecond: Int) {
        self.delay = delay
        secondsPerByte = bytesPerSecond > 0 ? 1 / Double(bytesPerSecond) : 0
        capacity = (4 << 20) + Int(2 * delay * Double(bytesPerSecond))
    }

    var hasRoom: Bool { buffered < capacity && !isEnded }
    var isEmpty: Bool { head == chunks.count }

    /// When something is to be written next, or nil. Seconds on the monotonic clock.
    var nextDue: Double? { isEmpty ? nil : chunks[head].due }

    /// Whether all has been delivered and the end, too, has arrived.
    func isOver(at now: Double) -> Bool { isEnded && isEmpty && now >= endDue }

    /// When the end arrives, once everything else has.
    var endingAt: Double? { isEnded && isEmpty ? endDue : nil }

    /// Bytes arrived from the sender.
    /// - Parameter extra: seconds that they wait besides.
    mutating func append(_ bytes: [UInt8], at now: Double, extra: Double = 0) {
        freeAt = max(freeAt, now + extra) + Double(bytes.count) * secondsPerByte
        chunks.append(Chunk(bytes: bytes, due: freeAt + delay))
        buffered += bytes.count
    }

    mutating func end(at now: Double) {
        isEnded = true
        endDue = max(freeAt, now) + delay
    }

    /// Writes what is due.
    /// - Parameter observe: is shown what has been written.
    /// - Returns: false when the receiver is gone.
    mutating func deliver(to socket: Int32, at now: Double, observe: (ArraySlice<UInt8>) -> Void) -> Bool {
        while head < chunks.count, chunks[head].due <= now {
            let sent = chunks[head].sent
            let count = chunks[head].bytes.withUnsafeBytes { send(socket, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL)) }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            observe(chunks[head].bytes[sent..<sent + count])
            chunks[head].sent += count
            buffered -= count
            guard chunks[head].sent == chunks[head].bytes.count else { return true }
            chunks[head].bytes = []
            head += 1
        }
        if head == chunks.count || head > 256 {
            chunks.removeFirst(head)
            head = 0
        }
        return true
    }
}
