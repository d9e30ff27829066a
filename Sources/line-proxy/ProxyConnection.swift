#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One client's connection and the one behind it.
struct ProxyConnection {
    let client: Int32
    let server: Int32
    /// Index of the forward that it belongs to.
    let forward: Int
    private var up: DelayedStream
    private var down: DelayedStream
    /// When the TCP handshake would have ended: nothing of the client's leaves before.
    private let established: Double
    private var finder = BodyFinder()
    private var sentEndUp = false
    private var sentEndDown = false

    init(client: Int32, server: Int32, forward: Int, shape: LineShape, at now: Double) {
        self.client = client
        self.server = server
        self.forward = forward
        up = DelayedStream(delay: shape.roundTrip / 2, bytesPerSecond: 0)
        down = DelayedStream(delay: shape.roundTrip / 2, bytesPerSecond: shape.bytesPerSecond)
        established = now + shape.roundTrip
    }

    /// What to wait for on each socket.
    func interests(at now: Double) -> (client: Int16, server: Int16) {
        let read = Int16(POLLIN)
        let write = Int16(POLLOUT)
        return (
            (up.hasRoom ? read : 0) | ((down.nextDue ?? .infinity) <= now ? write : 0),
            (down.hasRoom ? read : 0) | ((up.nextDue ?? .infinity) <= now ? write : 0)
        )
    }

    /// When something happens by itself. Seconds on the monotonic clock.
    func nextDue(after now: Double) -> Double {
        [up.nextDue, down.nextDue, sentEndUp ? nil : up.endingAt, sentEndDown ? nil : down.endingAt].compactMap { $0 }
            .filter { $0 > now }.min() ?? .infinity
    }

    /// Moves what can be moved.
    /// - Returns: false when the connection is over.
    mutating func step(clientEvents: Int16, serverEvents: Int16, at now: Double, _ traffic: inout Traffic) -> Bool {
        let readable = Int16(POLLIN | POLLHUP | POLLERR)
        if clientEvents & readable != 0, up.hasRoom {
            guard read(from: client, into: &up, at: now, extra: max(0, established - now)) else { return false }
        }
        if serverEvents & readable != 0, down.hasRoom {
            guard read(from: server, into: &down, at: now, extra: 0) else { return false }
        }
        guard up.deliver(to: server, at: now, observe: { _ in }) else { return false }
        let delivered = down.deliver(to: client, at: now) { bytes in
            traffic.bytes += bytes.count
            if finder.findsBody(in: bytes), traffic.firstBody == nil { traffic.firstBody = wallClock() }
        }
        guard delivered else { return false }
        if !sentEndUp, up.isOver(at: now) {
            shutdown(server, Int32(SHUT_WR))
            sentEndUp = true
        }
        if !sentEndDown, down.isOver(at: now) {
            shutdown(client, Int32(SHUT_WR))
            sentEndDown = true
        }
        return !(sentEndUp && sentEndDown)
    }

    func close() {
        _ = closeDescriptor(client)
        _ = closeDescriptor(server)
    }

    /// - Returns: false when the sender's connection broke.
    private func read(from socket: Int32, into stream: inout DelayedStream, at now: Double, extra: Double) -> Bool {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, size in
            count = recv(socket, buffer.baseAddress, buffer.count, 0)
            size = max(0, count)
        }
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        if count == 0 { stream.end(at: now) } else { stream.append(bytes, at: now, extra: extra) }
        return true
    }
}

/// Finds the first byte of the first answer's body in a stream of HTTP/1.1 that is not encrypted.
struct BodyFinder {
    private var matched = 0
    private var isFound = false
    private var isEncrypted: Bool?
    private static let mark = Array("\r\n\r\n".utf8)

    /// - Returns: whether these bytes hold a byte of the body.
    mutating func findsBody(in bytes: ArraySlice<UInt8>) -> Bool {
        if isFound { return true }
        // No answer begins otherwise: it is TLS, whose bytes need not be inspected.
        if isEncrypted == nil, let first = bytes.first { isEncrypted = first != UInt8(ascii: "H") }
        if isEncrypted == true { return false }
        for (index, byte) in zip(bytes.indices, bytes) {
            if matched == Self.mark.count {
                isFound = true
                return index < bytes.endIndex
            }
            matched = byte == Self.mark[matched] ? matched + 1 : (byte == Self.mark[0] ? 1 : 0)
        }
        return false
    }
}
