import FetchTypes

/// What a client tells its tracker (BEP 3), as far as it matters here.
package struct Announce: Sendable, Equatable {
    /// 20 bytes.
    package let infoHash: [UInt8]
    /// Where it takes connections.
    package let port: Int
    /// Bytes that it lacks; 0: it has all, and waits for others.
    package let left: Int64
    /// It goes.
    package let isStopped: Bool

    /// - Parameter query: what stands behind the `?`, as sent: `info_hash` holds bytes that are no text.
    /// - Returns: nil where a field that matters is missing, there twice, or out of bounds.
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
