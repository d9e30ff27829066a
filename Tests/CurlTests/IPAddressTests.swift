import FetchTypes
import Glibc
import Testing

@testable import Curl

@Suite("An address") struct IPAddressTests {
    /// For each block of the registries its first and last address, and their neighbours outside.
    static let inside = [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.0", "127.0.0.1",
        "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0",
        "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.31.196.0", "192.31.196.255", "192.52.193.0", "192.52.193.255", "192.88.99.0",
        "192.88.99.255", "192.168.0.0", "192.168.255.255", "192.175.48.0", "192.175.48.255", "198.18.0.0", "198.19.255.255",
        "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0", "239.255.255.255", "240.0.0.0",
        "255.255.255.254", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::10.1.2.3", "::ffff:0.0.0.0", "::ffff:127.0.0.1", "::ffff:198.18.0.1", "::ffff:0:10.0.0.1",
        "64:ff9b::", "64:ff9b::8.8.8.8", "64:ff9b::ffff:ffff", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "100::",
        "100::ffff:ffff:ffff:ffff", "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff", "2001::", "2001:0:ffff::1", "2001:2::1", "2001:10::1",
        "2001:20::1", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2002::",
        "2002:808:808::1", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "3fff::",
        "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::1", "feff::1", "ff00::",
        "ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]
    static let outside = [
        "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0",
        "192.31.195.255", "192.31.197.0", "192.52.192.255", "192.52.194.0", "192.88.98.255", "192.88.100.0", "192.167.255.255",
        "192.169.0.0", "192.175.47.255", "192.175.49.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
        "203.0.112.255", "203.0.114.0", "223.255.255.255",
        "::8.8.8.8", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "0:0:0:1::1", "64:ff9a:ffff::1", "64:ff9b:0:0:0:1::", "64:ff9b:2::",
        "ff:ffff::1", "100:0:0:2::", "100:1::", "2000:ffff::1", "2001:200::", "2001:4860:4860::8888", "2001:db7:ffff::1", "2001:db9::",
        "2003::", "2606:4700::1", "2620:4f:7fff::1", "2620:4f:8001::", "3ffe:ffff::1", "3fff:1000::", "5eff:ffff::1", "5f01::",
        "fbff:ffff::1", "fe00::1", "fe7f:ffff::1",
    ]

    @Test("in a block of the special-purpose registries is no host of the internet", arguments: inside)
    func special(text: String) throws {
        #expect(try #require(IPAddress(numeric: text)).isSpecialPurpose)
    }

    @Test("next to a special range is an ordinary one", arguments: outside)
    func ordinary(text: String) throws {
        #expect(try !#require(IPAddress(numeric: text)).isSpecialPurpose)
    }

    @Test("is read from numbers only", arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "0x7f.1", "[::1]", "::1%lo", ":::"])
    func names(text: String) { #expect(IPAddress(numeric: text) == nil) }

    @Test("is read from what the kernel takes")
    func socketAddress() {
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_addr.s_addr = UInt32(0x0102_0304).bigEndian
        #expect(withUnsafePointer(to: &four) { IPAddress(socketAddress: $0) } == IPAddress(ipv4: 0x0102_0304))
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        inet_pton(AF_INET6, "2606:4700::1", &six.sin6_addr)
        #expect(withUnsafePointer(to: &six) { IPAddress(socketAddress: $0) } == IPAddress(groups: [0x2606, 0x4700, 0, 0, 0, 0, 0, 1]))
        four.sin_family = sa_family_t(AF_UNIX)
        #expect(withUnsafePointer(to: &four) { IPAddress(socketAddress: $0) } == nil)
    }

    @Test("is permitted for a host for good when it is the first, with the others of the same exchange")
    func first() {
        let addresses = FirstAddresses()
        #expect(addresses.wasPrivate("a") == nil)
        #expect(addresses.isFirst("a", isPrivate: false))
        #expect(!addresses.isFirst("a", isPrivate: true))
        #expect(addresses.wasPrivate("a") == false)
        #expect(addresses.isFirst("b", isPrivate: true))
        #expect(!addresses.isFirst("b", isPrivate: false))
        #expect(addresses.wasPrivate("b") == true)
        addresses.setPrivate("a")
        #expect(addresses.wasPrivate("a") == true)
    }
}
