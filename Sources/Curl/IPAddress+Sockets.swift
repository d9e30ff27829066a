import CCurl
package import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension IPAddress {
    /// - Parameter address: a `sockaddr_in` or `sockaddr_in6`.
    /// - Returns: nil for any other family.
    package init?(socketAddress address: UnsafeRawPointer) {
        // sin_addr follows family and port, sin6_addr also after the flow information.
        switch Int32(address.load(as: sockaddr.self).sa_family) {
        case AF_INET: self.init(bytes: (4..<8).map { address.load(fromByteOffset: $0, as: UInt8.self) })
        case AF_INET6: self.init(bytes: (8..<24).map { address.load(fromByteOffset: $0, as: UInt8.self) })
        default: return nil
        }
    }

    /// - Parameter text: an address as numbers; `[` and `]` around it do not belong to it.
    package init?(numeric text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: Array(bytes.prefix(4)))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }
}

/// What libcurl does itself when no callback is set, with close-on-exec as it does.
func openPlainSocket(_ address: curl_sockaddr) -> curl_socket_t {
    #if os(Linux)
        socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
    #else
        socket(address.family, address.socktype, address.protocol)
    #endif
}
