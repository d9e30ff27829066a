#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A TCP port on 127.0.0.1.
enum LoopbackPort {
    /// A port that was free a moment ago, chosen by the kernel.
    ///
    /// Another process can take it before aria2c does; the caller that starts aria2c notices and asks again.
    /// - Returns: nil when the kernel gives none.
    static func free() -> UInt16? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        return isBound ? UInt16(bigEndian: address.sin_port) : nil
    }

    /// Who listens on a port.
    enum Owner: Equatable {
        case process
        case somebodyElse
        /// The kernel does not tell (no `/proc/net/tcp`, as in some sandboxes).
        case unknown
    }

    /// Whether `process` itself holds the socket that listens on 127.0.0.1:`port`.
    static func owner(of port: UInt16, process: Int32) -> Owner {
        guard let table = ProcFS.contents("/proc/net/tcp"), let descriptors = ProcFS.entries("/proc/\(process)/fd") else {
            return .unknown
        }
        let inodes = listeners(in: String(decoding: table, as: UTF8.self), port: port)
        guard !inodes.isEmpty else { return .unknown }
        let own = Set(descriptors.compactMap { ProcFS.link("/proc/\(process)/fd/\($0)") })
        return inodes.contains { own.contains("socket:[\($0)]") } ? .process : .somebodyElse
    }

    /// The inodes of the sockets that listen (state 0A) on 127.0.0.1:`port`, from the text of `/proc/net/tcp`.
    static func listeners(in table: String, port: UInt16) -> [String] {
        let digits = String(port, radix: 16, uppercase: true)
        // The address is printed as one number in the machine's byte order.
        let loopback = UInt32(0x7f00_0001).bigEndian
        let host = String(loopback, radix: 16, uppercase: true)
        let wanted = String(repeating: "0", count: 8 - host.count) + host + ":" + String(repeating: "0", count: 4 - digits.count) + digits
        return table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[1] == wanted, fields[3] == "0A" else { return nil }
            return String(fields[9])
        }
    }
}
