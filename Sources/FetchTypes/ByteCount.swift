/// A number of bytes, or an offset, from 0 to 2^50 (1 PiB): what comes from a server, a file or a person gets in as one of these.
///
/// Sums and products of a few of them fit into `Int64`, which the arithmetic behind the boundary uses (``bytes``).
package struct ByteCount: Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral {
    /// The largest number of bytes, 2^50.
    package static let most: Int64 = 1 << 50
    package static let zero = ByteCount(unchecked: 0)
    package static let max = ByteCount(unchecked: most)

    /// 0 to ``most``.
    package let bytes: Int64

    private init(unchecked bytes: Int64) { self.bytes = bytes }

    /// - Returns: nil when the number is below 0 or above 2^50.
    package init?(_ number: some BinaryInteger) {
        guard number >= 0, number <= Self.most else { return nil }
        bytes = Int64(number)
    }

    /// The nearest number of bytes that there can be.
    package init(clamping number: some BinaryInteger) {
        bytes = number < 0 ? 0 : number > Self.most ? Self.most : Int64(number)
    }

    /// - Returns: nil when the number is not whole, or out of bounds.
    package init?(exactly number: Double) {
        guard let whole = Int64(exactly: number) else { return nil }
        self.init(whole)
    }

    /// Decimal digits and nothing else: no sign, no space, no fraction.
    /// - Returns: nil when the text is something else, or the number is out of bounds.
    package init?(decimal text: some StringProtocol) {
        guard let number = Int64(digits: text) else { return nil }
        self.init(number)
    }

    /// For numbers in the source code.
    package init(integerLiteral value: Int64) {
        precondition((0...Self.most).contains(value), "no number of bytes")
        bytes = value
    }

    package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// The sum; 2^50 when it would be more.
    package static func + (left: Self, right: Self) -> Self { Self(clamping: left.bytes + right.bytes) }
    package static func += (left: inout Self, right: Self) { left = left + right }

    /// The difference; 0 when it would be less.
    package static func - (left: Self, right: Self) -> Self { Self(clamping: left.bytes - right.bytes) }
}

extension ByteCount: Codable {
    /// - Throws: `DecodingError` when it is no whole number or out of bounds.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let count = Self(try container.decode(Int64.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number of bytes from 0 to 2^50")
        }
        self = count
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

extension Sequence<ByteCount> {
    /// The sum; 2^50 when it would be more.
    package var total: ByteCount { reduce(.zero, +) }
}

extension FixedWidthInteger {
    /// Decimal digits and nothing else: the standard initialiser takes a sign as well.
    /// - Returns: nil for anything else, and for a number that does not fit.
    package init?(digits text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        self.init(text)
    }
}
