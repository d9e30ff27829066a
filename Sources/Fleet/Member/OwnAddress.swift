#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finds this machine's address on the route to another machine. It asks the routing table and sends no packet.
package enum OwnAddress {
    /// - Parameter host: a name or a numeric address.
    /// - Returns: a numeric address; nil where the name does not resolve, or there is no route.
    static func reaching(_ host: String, port: Int) -> String? {
        var hints = addrinfo()
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_DGRAM
        #else
            hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var entry = list
        while let candidate = entry {
            if let address = local(for: candidate.pointee) { return address }
            entry = candidate.pointee.ai_next
        }
        return nil
    }

    private static func local(for target: addrinfo) -> String? {
        let descriptor = socket(target.ai_family, target.ai_socktype, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // For a datagram socket `connect` only chooses the route.
        guard connect(descriptor, target.ai_addr, target.ai_addrlen) == 0 else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &length) == 0 else { return Int32(-1) }
                return getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard code == 0 else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // A link-local address names its interface, which has no meaning on another machine.
        return text.contains("%") ? nil : text
    }

    /// This host's name, and its canonical name as the resolver returns it.
    package static func hostNames() -> (own: String, canonical: String) {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return ("", "") }
        let own = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var hints = addrinfo()
        hints.ai_flags = AI_CANONNAME
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(own, nil, &hints, &list) == 0 else { return (own, own) }
        defer { freeaddrinfo(list) }
        return (own, list?.pointee.ai_canonname.map { String(cString: $0) } ?? own)
    }
}
