import FetchTypes

/// A client's announce to its tracker (BEP 3), with the fields that are used here.
package struct Announce: Sendable, Equatable {
    /// The info-hash: 20 bytes.
    package let infoHash: [UInt8]
    /// The port on which the client accepts connections.
    package let port: Int
    /// The number of bytes that the client lacks; 0 for a seeder.
    package let left: Int64
    /// The client stops (`event=stopped`).
    package let isStopped: Bool

    /// - Parameter query: the text after the `?`, as sent: `info_hash` is not UTF-8 after decoding.
    /// - Returns: nil where a required field is missing, repeated or out of bounds.
    package init?(query: String) {
        guard query.utf8.count <= 4096 else { return nil }
        var fields: [String: [UInt8]] = [:]
        for part in query.utf8.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let value = halves[1].percentDecoded else { return nil }
            guard fields.updateValue(value, forKey: String(decoding: Array(halves[0]), as: UTF8.self)) == nil else { return nil }
        }
        func text(_ name: String) -> String? { fields[name].map { String(decoding: $0, as: UTF8.self) } }
        guard let infoHash = fields["info_hash"], infoHash.count == SegmentTorrent.hashLength,
            let port = text("port").flatMap({ TCPPort.parse($0) }), let left = text("left").flatMap({ ByteCount(decimal: $0)?.bytes })
        else { return nil }
        (self.infoHash, self.port, self.left) = (infoHash, port, left)
        isStopped = text("event") == "stopped"
    }
}
