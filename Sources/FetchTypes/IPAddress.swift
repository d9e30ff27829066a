/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable {
    /// In network order: 4 bytes, or 16.
    package let bytes: [UInt8]

    /// - Returns: nil when they are neither 4 nor 16.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// - Parameter ipv4: the first byte is the most significant one.
    package init(ipv4: UInt32) { bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ipv4 >> $0) } }

    /// - Parameter groups: the eight of an IPv6 address.
    package init(groups: [UInt16]) {
        precondition(groups.count == 8)
        bytes = groups.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    /// Whether a machine can have it: it is neither "any address" (0.0.0.0, ::) nor multicast, reserved or broadcast.
    package var isUnicast: Bool {
        bytes.count == 4 ? (1...223).contains(bytes[0]) : bytes[0] != 0xff && bytes.contains { $0 != 0 }
    }

    /// Whether it is no host of the internet: this machine, its networks, and all else that IANA's special-purpose address
    /// registries list (RFC 6890), globally reachable or not; multicast and the former site-local addresses too. What an IPv6
    /// address is that only stands for an IPv4 one (mapped, compatible, translated) is that one's to say.
    package var isSpecialPurpose: Bool {
        if let inner = embedded { return inner.isSpecialPurpose }
        return (bytes.count == 4 ? Self.ipv4Blocks : Self.ipv6Blocks).contains { $0.contains(bytes) }
    }

    /// ::ffff:a.b.c.d (RFC 4291), ::ffff:0:a.b.c.d (RFC 2765), and ::a.b.c.d but for :: and ::1.
    private var embedded: IPAddress? {
        guard bytes.count == 16, bytes[..<8].allSatisfy({ $0 == 0 }) else { return nil }
        switch Array(bytes[8..<12]) {
        case [0, 0, 0xff, 0xff], [0xff, 0xff, 0, 0]: return IPAddress(bytes: Array(bytes[12...]))
        case [0, 0, 0, 0] where bytes[12...].dropLast() != [0, 0, 0]: return IPAddress(bytes: Array(bytes[12...]))
        default: return nil
        }
    }

    private struct Block {
        let prefix: [UInt8]
        /// Bits of ``prefix`` that count.
        let length: Int

        func contains(_ bytes: [UInt8]) -> Bool {
            let (whole, rest) = length.quotientAndRemainder(dividingBy: 8)
            guard bytes.starts(with: prefix[..<whole]) else { return false }
            return rest == 0 || (bytes[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
        }
    }

    /// https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast.
    private static let ipv4Blocks: [Block] = [
        Block(prefix: [0], length: 8),  // this network
        Block(prefix: [10], length: 8),
        Block(prefix: [100, 64], length: 10),  // shared by carriers
        Block(prefix: [127], length: 8),
        Block(prefix: [169, 254], length: 16),
        Block(prefix: [172, 16], length: 12),
        Block(prefix: [192, 0, 0], length: 24),  // protocol assignments
        Block(prefix: [192, 0, 2], length: 24),  // documentation
        Block(prefix: [192, 31, 196], length: 24),  // AS112
        Block(prefix: [192, 52, 193], length: 24),  // AMT
        Block(prefix: [192, 88, 99], length: 24),  // 6to4 relays
        Block(prefix: [192, 168], length: 16),
        Block(prefix: [192, 175, 48], length: 24),  // AS112
        Block(prefix: [198, 18], length: 15),  // benchmarks
        Block(prefix: [198, 51, 100], length: 24),  // documentation
        Block(prefix: [203, 0, 113], length: 24),  // documentation
        Block(prefix: [224], length: 4),  // multicast
        Block(prefix: [240], length: 4),  // reserved, and broadcast
    ]

    /// https://www.iana.org/assignments/iana-ipv6-special-registry, multicast, and site-local addresses (RFC 3879).
    private static let ipv6Blocks: [Block] = [
        Block(prefix: [UInt8](repeating: 0, count: 16), length: 128),
        Block(prefix: [UInt8](repeating: 0, count: 15) + [1], length: 128),
        Block(prefix: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], length: 96),  // NAT64
        Block(prefix: [0, 0x64, 0xff, 0x9b, 0, 1], length: 48),  // NAT64 of a network's own
        Block(prefix: [1, 0, 0, 0, 0, 0, 0, 0], length: 64),  // discard
        Block(prefix: [1, 0, 0, 0, 0, 0, 0, 1], length: 64),  // dummy
        Block(prefix: [0x20, 0x01, 0x00], length: 23),  // protocol assignments, Teredo and ORCHID among them
        Block(prefix: [0x20, 0x01, 0x0d, 0xb8], length: 32),  // documentation
        Block(prefix: [0x20, 0x02], length: 16),  // 6to4
        Block(prefix: [0x26, 0x20, 0x00, 0x4f, 0x80, 0x00], length: 48),  // AS112
        Block(prefix: [0x3f, 0xff, 0x00], length: 20),  // documentation
        Block(prefix: [0x5f, 0x00], length: 16),  // segment routing
        Block(prefix: [0xfc], length: 7),
        Block(prefix: [0xfe, 0x80], length: 10),
        Block(prefix: [0xfe, 0xc0], length: 10),  // site-local
        Block(prefix: [0xff], length: 8),  // multicast
    ]
}
