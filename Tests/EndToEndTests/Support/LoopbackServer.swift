import Foundation
import Synchronization

/// A TCP server on a port of 127.0.0.1 that the kernel chose, with a thread for each connection.
final class LoopbackServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let open = Mutex<(descriptors: Set<Int32>, isStopped: Bool)>(([], false))

    /// - Parameter serve: what is done with a connection, which is closed when it returns.
    init(_ serve: @escaping @Sendable (Int32) -> Void) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let isThere = Self.withLoopback(port: 0) { bind(descriptor, $0, $1) == 0 } && listen(descriptor, 128) == 0
        precondition(isThere, "no port is free")
        listener = descriptor
        port = Self.ownPort(of: descriptor)
        Thread.detachNewThread { [self] in
            while case let client = accept(listener, nil, nil), client >= 0 {
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                let isWanted = open.withLock { open in
                    if !open.isStopped { open.descriptors.insert(client) }
                    return !open.isStopped
                }
                guard isWanted else {
                    close(client)
                    continue
                }
                Thread.detachNewThread { [self] in
                    serve(client)
                    _ = open.withLock { $0.descriptors.remove(client) }
                    close(client)
                }
            }
            close(listener)
        }
    }

    /// Closes the port and ends every connection.
    func stop() {
        open.withLock { open in
            open.isStopped = true
            for descriptor in open.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// A port at which no process listens any more.
    static func freePort() -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        _ = withLoopback(port: 0) { bind(descriptor, $0, $1) }
        return ownPort(of: descriptor)
    }

    /// A connection to a port of 127.0.0.1; nil when no process listens there.
    static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if withLoopback(port: port, { Foundation.connect(descriptor, $0, $1) }) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    /// The port of this end of a connection.
    static func ownPort(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func withLoopback<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}

/// Blocking reads and writes, for a server's threads.
enum Wire {
    /// Exactly so many bytes; nil when the other side is gone before.
    static func read(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + done, count - done, 0) }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }

    /// A request's head, without the empty line; nothing of what follows it is taken.
    static func readHead(_ descriptor: Int32) -> String? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let more = read(descriptor, 1) else { return nil }
            bytes += more
        }
        return String(decoding: bytes.dropLast(4), as: UTF8.self)
    }

    @discardableResult
    static func write(_ descriptor: Int32, _ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Passes bytes on in both directions until one side ends.
    static func relay(_ one: Int32, _ other: Int32) {
        let isDone = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            copy(from: other, to: one)
            shutdown(one, Int32(SHUT_RDWR))
            isDone.signal()
        }
        copy(from: one, to: other)
        shutdown(other, Int32(SHUT_RDWR))
        isDone.wait()
    }

    private static func copy(from: Int32, to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0, write(to, buffer[..<count]) else { return }
        }
    }
}
