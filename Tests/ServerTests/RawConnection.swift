import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A TCP connection that sends and reads just what a test says. Reads wait up to ten seconds, on a thread of their own: what
/// answers them runs in the cooperative pool.
final class RawConnection: Sendable {
    private let descriptor: Int32
    private static let queue = DispatchQueue(label: "raw connections", attributes: .concurrent)

    init?(port: Int) {
        signal(SIGPIPE, SIG_IGN)
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let socket = descriptor
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(descriptor, bytes, bytes.count)
    }

    /// Everything up to the end of the connection; nil where it does not end.
    func readToEnd() async -> String? { await readAll { _ in false } }

    /// What comes until it holds a text; nil where it does not.
    func read(until wanted: String) async -> String? {
        await readAll { $0.contains(wanted) }.flatMap { $0.contains(wanted) ? $0 : nil }
    }

    private func readAll(until isEnough: @escaping @Sendable (String) -> Bool) async -> String? {
        await withCheckedContinuation { continuation in
            Self.queue.async { [self] in continuation.resume(returning: receive(until: isEnough)) }
        }
    }

    private func receive(until isEnough: (String) -> Bool) -> String? {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: all, as: UTF8.self)
            if isEnough(text) { return text }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            // A connection that is closed with bytes unread is reset.
            if count == 0 || (count < 0 && errno == ECONNRESET) { return text }
            guard count > 0 else { return nil }
            all += buffer[..<count]
        }
    }
}
