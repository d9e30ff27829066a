import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The addresses that a stranger's redirect must not reach: this host, its link, and private networks.
enum PrivateNetworks {
    /// IPv4 networks as first address and prefix length (RFC 6890).
    private static let ipv4: [(UInt32, UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12), (0xC0A8_0000, 16),
    ]

    /// - Parameter address: a `sockaddr_in` or `sockaddr_in6`; any other family counts as private.
    static func contain(_ address: UnsafeRawPointer) -> Bool {
        switch Int32(address.load(as: sockaddr.self).sa_family) {
        case AF_INET:
            return containIPv4(UInt32(bigEndian: address.load(fromByteOffset: 4, as: UInt32.self)))
        case AF_INET6:
            // sin6_addr stands after family, port and flow information.
            return containIPv6((0..<16).map { address.load(fromByteOffset: 8 + $0, as: UInt8.self) })
        default:
            return true
        }
    }

    /// - Parameter text: a numeric address; anything else counts as private.
    static func contain(text: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return containIPv4(UInt32(bigEndian: four.s_addr)) }
        var six = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &six) != 1 || containIPv6(six)
    }

    static func containIPv4(_ address: UInt32) -> Bool {
        address == .max || ipv4.contains { network, length in (address ^ network) >> (32 - length) == 0 }
    }

    static func containIPv6(_ bytes: [UInt8]) -> Bool {
        let leadingZeros = bytes.prefix { $0 == 0 }.count
        if leadingZeros >= 15 { return true }  // :: and ::1
        if let inner = embeddedIPv4(bytes, leadingZeros) { return containIPv4(inner) }
        // fc00::/7; fe80::/10 and the site-local fec0::/10
        return bytes[0] & 0xfe == 0xfc || (bytes[0] == 0xfe && bytes[1] & 0x80 == 0x80)
    }

    /// The IPv4 address that an IPv6 one stands for: compatible, mapped, NAT64 (64:ff9b::/96) or 6to4 (2002::/16).
    private static func embeddedIPv4(_ bytes: [UInt8], _ leadingZeros: Int) -> UInt32? {
        let number = { (part: ArraySlice<UInt8>) in part.reduce(0) { $0 << 8 | UInt32($1) } }
        if leadingZeros >= 12 || (leadingZeros == 10 && bytes[10] == 0xff && bytes[11] == 0xff) { return number(bytes[12...]) }
        if bytes[..<12] == [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0] { return number(bytes[12...]) }
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? number(bytes[2..<6]) : nil
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
