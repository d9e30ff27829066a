import FetchTypes

/// The SHA-1 of each piece of a segment, in order; of a bundle, of each of its files.
package struct PieceHashes: Sendable, Equatable {
    /// 20 bytes each.
    package let sha1: [[UInt8]]

    /// - Returns: nil where a hash does not have 20 bytes.
    package init?(sha1: [[UInt8]]) {
        guard sha1.allSatisfy({ $0.count == 20 }) else { return nil }
        self.sha1 = sha1
    }
}

extension PieceHashes: Codable {
    /// Decodes one text of hexadecimal digits that holds all hashes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = HexDigit.bytes(try container.decode(String.self).utf8), bytes.count.isMultiple(of: 20) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a list of SHA-1s")
        }
        sha1 = stride(from: 0, to: bytes.count, by: 20).map { Array(bytes[$0..<$0 + 20]) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(sha1.joined().hexadecimal)
    }
}
