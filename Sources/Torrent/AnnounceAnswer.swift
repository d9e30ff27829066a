package import FetchTypes

/// A tracker's answer (BEP 3, with the compact forms of BEP 23 and BEP 7).
package enum AnnounceAnswer {
    /// The address of another member's aria2c.
    package struct Peer: Sendable, Equatable, Hashable {
        package let address: IPAddress
        package let port: UInt16

        package init(address: IPAddress, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// Seconds until the client's next announce; aria2's default minimum is 2 minutes.
    package static let interval: Int64 = 1

    /// The answer with the peers to connect to.
    package static func peers(_ peers: [Peer]) -> [UInt8] {
        func compact(_ length: Int) -> Bencode {
            .bytes(
                peers.filter { $0.address.bytes.count == length }
                    .flatMap { $0.address.bytes + [UInt8($0.port >> 8), UInt8(truncatingIfNeeded: $0.port)] })
        }
        return Bencode.dictionary([
            "interval": .integer(interval), "min interval": .integer(interval), "peers": compact(4), "peers6": compact(16),
        ]).encoded
    }

    /// The answer with the reason of a failure; aria2c announces again later.
    package static func failure(_ reason: String) -> [UInt8] { Bencode.dictionary(["failure reason": .text(reason)]).encoded }
}
