import Testing

@testable import ModelSources

@Suite("Addresses")
struct HostAddressTests {
    @Test(
        "inside a machine or a network are known in every spelling",
        arguments: [
            "localhost", "localhost.", "a.localhost", "127.0.0.1", "127.0.0.1.", "127.1", "2130706433", "0x7f000001", "0x7f.1",
            "0177.0.0.1",
            "017700000001", "0", "0.0.0.0", "10.0.0.1", "10.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "0xc0a80001",
            "169.254.169.254",
            "2852039166", "100.64.0.1", "255.255.255.255", "::", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1",
            "::127.0.0.1",
            "::ffff:10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1", "2002:0a00:0001::", "fe80::1", "febf::1", "fec0::1", "fc00::1",
            "fdff:ffff::1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.0.0.1", "240.0.0.1", "2001:db8::1",
            "2002:0808:0808::", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "2001::1", "ff02::1",
        ])
    func privateAddress(host: String) {
        #expect(HostAddress(host).isPrivate)
    }

    @Test(
        "elsewhere, and names, are not taken for such",
        arguments: [
            "example.com", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.1.1", "169.253.1.1", "100.63.0.1", "100.128.0.1", "128.0.0.1",
            "11.0.0.1",
            "localhost.example.com", "mylocalhost", "127.example.com", "127.0.0.1.example.com", "10.com", "256.1.1.1.1", "0x100000000",
            "4294967296",
            "2606:4700::1", "::ffff:8.8.8.8", "fe00::1", "1.2.3.4.5", "09.1.1.1", "", "a:b",
        ])
    func publicAddress(host: String) {
        #expect(!HostAddress(host).isPrivate)
    }

    @Test(
        "of this machine are told from those of its network",
        arguments: [
            ("127.0.0.2", true), ("::1", true), ("localhost", true), ("::ffff:127.0.0.1", true), ("10.0.0.1", false),
            ("127.evil.example", false),
            ("0.0.0.0", false), ("fe80::1", false),
        ])
    func loopback(host: String, expected: Bool) {
        #expect(HostAddress(host).isLoopback == expected)
    }
}
