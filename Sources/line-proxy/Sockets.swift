#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A socket could not be made ready.
struct SocketError: Error, CustomStringConvertible {
    let action: String
    let code = errno

    var description: String { "\(action): \(String(cString: strerror(code)))" }
}

#if canImport(Darwin)
    private let streamType = SOCK_STREAM
#else
    private let streamType = Int32(SOCK_STREAM.rawValue)
#endif

/// Seconds on a clock that never goes back.
func monotonicClock() -> Double { seconds(of: CLOCK_MONOTONIC) }

/// Seconds since 1970.
func wallClock() -> Double { seconds(of: CLOCK_REALTIME) }

private func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func withLoopbackAddress<Result>(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}

/// - Throws: ``SocketError`` when the port is taken.
func listenOnLoopback(_ port: UInt16) throws -> Int32 {
    let listener = socket(AF_INET, streamType, 0)
    guard listener >= 0 else { throw SocketError(action: "no socket could be made") }
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard withLoopbackAddress(port, { bind(listener, $0, $1) }) == 0, listen(listener, 1024) == 0 else {
        throw SocketError(action: "port \(port) cannot be listened on")
    }
    makeNonblocking(listener)
    return listener
}

func localPort(of listener: Int32) -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
    }
    return UInt16(bigEndian: address.sin_port)
}

/// - Returns: nil when no connection waits.
func acceptConnection(_ listener: Int32) -> Int32? {
    let client = accept(listener, nil, nil)
    guard client >= 0 else { return nil }
    prepare(client)
    return client
}

/// Connecting on loopback takes microseconds, so it may block.
func connectToLoopback(_ port: UInt16) -> Int32? {
    let server = socket(AF_INET, streamType, 0)
    guard server >= 0 else { return nil }
    guard withLoopbackAddress(port, { connect(server, $0, $1) }) == 0 else {
        close(server)
        return nil
    }
    prepare(server)
    return server
}

/// No delay is added that the line does not have.
private func prepare(_ descriptor: Int32) {
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    makeNonblocking(descriptor)
}

private func makeNonblocking(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
