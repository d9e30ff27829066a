import FetchTypes

/// A job's number: from 1 on, never used again.
package struct JobNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 1 to ``most``.
    package let value: Int64

    /// Numbers stay exact in every reader of JSON.
    package static let most: Int64 = 1 << 52

    /// - Returns: nil when the number is below 1 or above 2^52.
    package init?(_ value: Int64) {
        guard (1...Self.most).contains(value) else { return nil }
        self.value = value
    }

    /// The nearest number that there can be.
    package init(clamping value: Int64) { self.value = min(max(value, 1), Self.most) }

    /// Decimal digits without a leading zero.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.first != UInt8(ascii: "0"), let value = Int64(digits: text) else { return nil }
        self.init(value)
    }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    package var description: String { String(value) }
}
