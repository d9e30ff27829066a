import Testing

@testable import Curl

@Suite("Private networks") struct PrivateNetworksTests {
    static let ipv4: [(String, Bool)] = [
        ("0.0.0.0", true), ("0.255.255.255", true), ("1.0.0.0", false), ("9.255.255.255", false), ("10.0.0.0", true),
        ("10.255.255.255", true), ("11.0.0.0", false), ("100.63.255.255", false), ("100.64.0.0", true), ("100.127.255.255", true),
        ("100.128.0.0", false), ("126.255.255.255", false), ("127.0.0.1", true), ("127.255.255.255", true), ("128.0.0.0", false),
        ("169.253.255.255", false), ("169.254.169.254", true), ("169.255.0.0", false), ("172.15.255.255", false), ("172.16.0.0", true),
        ("172.31.255.255", true), ("172.32.0.0", false), ("192.167.255.255", false), ("192.168.0.0", true), ("192.169.0.0", false),
        ("8.8.8.8", false), ("255.255.255.255", true),
    ]

    @Test("The borders of the IPv4 networks are where RFC 6890 has them", arguments: ipv4)
    func four(text: String, isPrivate: Bool) {
        let address = text.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | UInt32($1)! }
        #expect(PrivateNetworks.containIPv4(address) == isPrivate)
    }

    static let ipv6: [([UInt16], Bool)] = [
        ([0, 0, 0, 0, 0, 0, 0, 0], true), ([0, 0, 0, 0, 0, 0, 0, 1], true), ([0, 0, 0, 0, 0, 0xffff, 0x7f00, 1], true),
        ([0, 0, 0, 0, 0, 0xffff, 0x0808, 0x0808], false), ([0xfc00, 0, 0, 0, 0, 0, 0, 1], true), ([0xfdff, 0, 0, 0, 0, 0, 0, 1], true),
        ([0xfe00, 0, 0, 0, 0, 0, 0, 1], false), ([0xfe80, 0, 0, 0, 0, 0, 0, 1], true), ([0xfebf, 0, 0, 0, 0, 0, 0, 1], true),
        ([0xfec0, 0, 0, 0, 0, 0, 0, 1], true), ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], false), ([0x2606, 0x4700, 0, 0, 0, 0, 0, 1], false),
        ([0x64, 0xff9b, 0, 0, 0, 0, 0x7f00, 1], true), ([0x64, 0xff9b, 0, 0, 0, 0, 0x0808, 0x0808], false),
        ([0x2002, 0x7f00, 1, 0, 0, 0, 0, 0], true), ([0x2002, 0x0808, 0x0808, 0, 0, 0, 0, 0], false),
        ([0, 0, 0, 0, 0, 0, 0x7f00, 1], true),
    ]

    @Test("So are those of IPv6, and an IPv4 address inside one counts", arguments: ipv6)
    func six(groups: [UInt16], isPrivate: Bool) {
        #expect(PrivateNetworks.containIPv6(groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }) == isPrivate)
    }
}
