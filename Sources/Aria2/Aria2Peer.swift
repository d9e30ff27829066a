package import FetchTypes

/// The far end of a TCP connection of aria2c's.
package struct Aria2Peer: Hashable, Sendable {
    package let address: IPAddress
    package let port: UInt16

    package init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}

extension Aria2Daemon {
    /// Whom aria2c is connected to, or connecting to, at this moment, but for those who call it.
    ///
    /// Read from `/proc/PID/net/tcp` and `tcp6`, for the sockets in `/proc/PID/fd`.
    /// - Returns: nil where the kernel does not tell.
    package var peers: Set<Aria2Peer>? {
        guard let table = ProcFS.contents("/proc/\(process)/net/tcp"), let names = ProcFS.entries("/proc/\(process)/fd") else { return nil }
        let own = Set(names.compactMap { ProcFS.link("/proc/\(process)/fd/\($0)") })
        let tables = [table, ProcFS.contents("/proc/\(process)/net/tcp6") ?? []]
        return Set(
            tables.flatMap { Aria2Connection.all(in: String(decoding: $0, as: UTF8.self)) }
                .filter { own.contains("socket:[\($0.inode)]") && $0.localPort != port }.map(\.peer))
    }
}

/// A line of `/proc/net/tcp` or `tcp6` about a socket that does not listen.
struct Aria2Connection: Equatable {
    let localPort: UInt16
    let peer: Aria2Peer
    let inode: Substring

    static func all(in table: String) -> [Self] { table.split(separator: "\n").compactMap(Self.init) }

    /// Fields (proc_net_tcp): 1 local address, 2 remote address, 3 state (0A listens), 9 inode.
    private init?(line: Substring) {
        let fields = line.split(separator: " ")
        guard fields.count > 9, fields[3] != "0A", let local = Self.end(fields[1]), let remote = Self.end(fields[2]) else { return nil }
        localPort = local.port
        peer = remote
        inode = fields[9]
    }

    /// `0100007F:1F90`: words of 32 bits in the machine's byte order, and the port.
    private static func end(_ text: Substring) -> Aria2Peer? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16), parts[0].utf8.count % 8 == 0 else { return nil }
        var bytes: [UInt8] = []
        var rest = parts[0]
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
            rest = rest.dropFirst(8)
        }
        return IPAddress(bytes: bytes).map { Aria2Peer(address: $0, port: port) }
    }
}
