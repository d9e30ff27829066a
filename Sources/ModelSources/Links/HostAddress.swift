package import FetchTypes

/// A URL's host, told apart: an address in any spelling that resolvers take for one, or a name.
enum HostAddress: Equatable, Sendable {
    case ipv4(UInt32)
    /// Eight groups.
    case ipv6([UInt16])
    /// Lower-case, without the root's dot.
    case name(String)

    /// - Parameter host: as in ``WebURL/host``: lower-case, IPv6 without brackets.
    init(_ host: String) {
        let bare = host.hasSuffix(".") ? String(host.dropLast()) : host
        if let address = Self.ipv4(bare) {
            self = .ipv4(address)
        } else if let groups = Self.ipv6(bare) {
            self = .ipv6(groups)
        } else {
            self = .name(bare.lowercased())
        }
    }

    var isLoopback: Bool {
        switch self {
        case .ipv4(let address): address >> 24 == 127
        case .ipv6(let groups): groups == [0, 0, 0, 0, 0, 0, 0, 1] || embedded(groups).map { $0 >> 24 == 127 } == true
        case .name(let name): name == "localhost" || name.hasSuffix(".localhost")
        }
    }

    /// A place that only the typed host itself may be: ``FetchTypes/IPAddress/isSpecialPurpose``, and names of this machine.
    var isPrivate: Bool {
        switch self {
        case .ipv4(let address): IPAddress(ipv4: address).isSpecialPurpose
        case .ipv6(let groups): IPAddress(groups: groups).isSpecialPurpose
        case .name: isLoopback
        }
    }

    /// The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64 or 6to4.
    private func embedded(_ groups: [UInt16]) -> UInt32? {
        let tail = UInt32(groups[6]) << 16 | UInt32(groups[7])
        switch Array(groups[..<6]) {
        case [0, 0, 0, 0, 0, 0xffff], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0xffff, 0], [0x64, 0xff9b, 0, 0, 0, 0]: return tail
        default: return groups[0] == 0x2002 ? UInt32(groups[1]) << 16 | UInt32(groups[2]) : nil
        }
    }

    /// `inet_aton`'s spellings: one to four parts, each decimal, `0x` hexadecimal or `0` octal; the last fills what is left.
    private static func ipv4(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(number)
        guard (1...4).contains(parts.count), !parts.contains(nil) else { return nil }
        let numbers = parts.compactMap(\.self)
        var address: UInt64 = 0
        for number in numbers.dropLast() {
            guard number <= 255 else { return nil }
            address = address << 8 | number
        }
        let bits = UInt64(8 * (5 - numbers.count))
        guard let last = numbers.last, last < 1 << bits else { return nil }
        return UInt32(truncatingIfNeeded: address << bits | last)
    }

    private static func number(_ part: Substring) -> UInt64? {
        let text = part.lowercased()
        if text.hasPrefix("0x") { return text.utf8.count == 2 ? 0 : unsigned(text.dropFirst(2), radix: 16) }
        return text.hasPrefix("0") && text.utf8.count > 1 ? unsigned(text.dropFirst(), radix: 8) : unsigned(text[...], radix: 10)
    }

    private static func unsigned(_ text: Substring, radix: Int) -> UInt64? {
        // Signs are what `UInt64` would take and resolvers do not.
        text.first == "+" || text.first == "-" ? nil : UInt64(text, radix: radix)
    }

    private static func ipv6(_ text: String) -> [UInt16]? {
        guard text.contains(":") else { return nil }
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return head.count == 8 ? head : nil }
        guard let tail = groups(halves[1]), head.count + tail.count < 8 else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func groups(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var result: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains("."), index == parts.count - 1, let address = ipv4(String(part)) {
                result += [UInt16(address >> 16), UInt16(truncatingIfNeeded: address)]
            } else if (1...4).contains(part.utf8.count), let group = unsigned(part, radix: 16) {
                result.append(UInt16(group))
            } else {
                return nil
            }
        }
        return result
    }
}

extension WebURL {
    /// Whether its host is an address or a name of this machine or its network, as far as the text says.
    package var isPrivate: Bool { HostAddress(host).isPrivate }
}
