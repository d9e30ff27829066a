import CCurl
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// TCP connections that are made while a host is asked for the first time: its answer decides how many requests follow, and each of
/// those would wait a round trip for its connection.
final class SpareConnections: Sendable {
    private struct Spare {
        let descriptor: Int32
        let address: SocketAddress
        let made: ContinuousClock.Instant
    }

    private let spares = Mutex<[Spare]>([])
    /// One that has not been taken by then is closed.
    private static let lifetime = Duration.seconds(3)

    deinit { for spare in spares.withLock({ $0 }) { close(spare.descriptor) } }

    /// Begins to make connections; what cannot be made is left out.
    func make(_ count: Int, to address: SocketAddress) {
        for _ in 0..<count {
            guard let descriptor = address.connecting() else { return }
            spares.withLock { $0.append(Spare(descriptor: descriptor, address: address, made: .now)) }
        }
    }

    /// The oldest one that stands, if any does; the caller owns it from then on.
    func take(to address: SocketAddress) -> Int32? {
        spares.withLock { spares in
            guard let index = spares.firstIndex(where: { $0.address == address && Self.stands($0.descriptor) }) else { return nil }
            return spares.remove(at: index).descriptor
        }
    }

    /// Closes what has not been taken.
    func closeOld(now: ContinuousClock.Instant = .now) {
        spares.withLock { spares in
            guard !spares.isEmpty else { return }
            for spare in spares where now - spare.made > Self.lifetime { close(spare.descriptor) }
            spares.removeAll { now - $0.made > Self.lifetime }
        }
    }

    /// Whether the connection has been made, and the server has neither said anything nor left.
    private static func stands(_ descriptor: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN | POLLOUT), revents: 0)
        guard poll(&polled, 1, 0) == 1, polled.revents == Int16(POLLOUT) else { return false }
        var fault: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &fault, &length) == 0 && fault == 0
    }
}

/// Where a socket leads, as libcurl gives it.
struct SocketAddress: Sendable, Equatable {
    private let family: Int32
    private let type: Int32
    private let networkProtocol: Int32
    private let bytes: [UInt8]

    init(_ address: UnsafeMutablePointer<curl_sockaddr>) {
        (family, type, networkProtocol) = (address.pointee.family, address.pointee.socktype, address.pointee.protocol)
        // In place: for IPv6 the address reaches past the declared field.
        let start = UnsafeRawPointer(address) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!
        bytes = Array(UnsafeRawBufferPointer(start: start, count: Int(address.pointee.addrlen)))
    }

    /// A socket that is about to be connected there; nil where that fails at once.
    fileprivate func connecting() -> Int32? {
        #if os(Linux)
            let descriptor = socket(family, type | Int32(SOCK_CLOEXEC.rawValue), networkProtocol)
        #else
            let descriptor = socket(family, type, networkProtocol)
        #endif
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        let result = bytes.withUnsafeBytes {
            connect(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
        }
        if result == 0 || errno == EINPROGRESS { return descriptor }
        close(descriptor)
        return nil
    }
}
