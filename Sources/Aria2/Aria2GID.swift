/// A job's name in aria2c: 64 bits, never 0.
package struct Aria2GID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// 16 lower-case hexadecimal digits.
    package let hex: String

    /// - Returns: nil when it is not 16 hexadecimal digits, or 0.
    package init?(hex: String) {
        guard hex.utf8.count == 16, hex.allSatisfy(\.isHexDigit), let number = UInt64(hex, radix: 16), number != 0 else { return nil }
        self.hex = hex.lowercased()
    }

    /// The same number gives the same gid, so that a job added again after a crash can be told.
    /// - Parameter number: 0, which aria2c keeps for itself, becomes 1.
    package init(_ number: UInt64) {
        let digits = String(max(number, 1), radix: 16)
        hex = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// A new one.
    package static func random() -> Self { Self(.random(in: 1...UInt64.max)) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let gid = Self(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a gid")
        }
        self = gid
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    package var description: String { hex }
}
