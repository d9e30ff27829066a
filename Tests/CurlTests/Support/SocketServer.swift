import Glibc
import Foundation
import Synchronization

/// A TCP server on a port of 127.0.0.1 that the kernel chose; each connection gets a thread and the script.
final class SocketServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var open: Set<Int32> = []
        var accepted = 0
        var heads: [String] = []
        var isStopped = false
    }

    /// - Parameter script: what is done with a connection, which is closed when it returns.
    init(_ script: @escaping @Sendable (Connection) -> Void) {
        let (descriptor, port) = Self.listen()
        listener = descriptor
        self.port = port
        Thread.detachNewThread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                let isWanted = state.withLock { state in
                    guard !state.isStopped else { return false }
                    state.open.insert(connection)
                    state.accepted += 1
                    return true
                }
                guard isWanted else {
                    close(connection)
                    continue
                }
                Thread.detachNewThread { [self] in
                    script(Connection(descriptor: connection, onHead: { head in self.state.withLock { $0.heads.append(head) } }))
                    _ = state.withLock { $0.open.remove(connection) }
                    close(connection)
                }
            }
            close(listener)
        }
    }

    /// Runs `body` with a server, which is stopped when `body` ends in whatever way.
    static func with<Result>(
        _ script: @escaping @Sendable (Connection) -> Void, _ body: (SocketServer) async throws -> Result
    ) async rethrows -> Result {
        let server = SocketServer(script)
        defer { server.stop() }
        return try await body(server)
    }

    /// A port on which nothing listens any more.
    static func deadPort() -> UInt16 {
        let (descriptor, port) = listen(backlog: nil)
        close(descriptor)
        return port
    }

    /// Closes the port and ends every connection.
    func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return state.open
        }
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    var origin: String { "http://127.0.0.1:\(port)" }
    /// Connections so far.
    var accepted: Int { state.withLock { $0.accepted } }
    /// The request heads so far, as they came.
    var heads: [String] { state.withLock { $0.heads } }

    private static func listen(backlog: Int32? = 128) -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        precondition(isBound)
        if let backlog { precondition(Glibc.listen(descriptor, backlog) == 0) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// A connection to a port of 127.0.0.1; nil when no process listens there.
    static func connect(port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        return address
    }
}

/// One connection to a ``SocketServer``, used by the one thread of its script.
struct Connection: Sendable {
    let descriptor: Int32
    let onHead: @Sendable (String) -> Void

    /// Reads a request's head, one byte at a time so that nothing of what follows is taken.
    /// - Returns: nil when the client is gone.
    func readHead() -> String? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let more = read(1) else { return nil }
            bytes += more
        }
        let head = String(decoding: bytes.dropLast(4), as: UTF8.self)
        onHead(head)
        return head
    }

    /// Reads exactly so many bytes; nil when the client is gone before.
    func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + done, count - done, 0) }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }

    /// - Returns: false when the client is gone.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(text.utf8) }

    /// Blocks until the client, or the server's stop, ends the connection.
    func waitForEnd() {
        while read(1) != nil {}
    }

    /// Passes bytes on in both directions until one side ends.
    func relay(to other: Int32) {
        Thread.detachNewThread { [descriptor] in
            Self.copy(from: other, to: descriptor)
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
        Self.copy(from: descriptor, to: other)
        shutdown(other, Int32(SHUT_RDWR))
    }

    private static func copy(from: Int32, to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0, Connection(descriptor: to, onHead: { _ in }).send(buffer[..<count]) else { return }
        }
    }
}
