/// A length of time from 0 to 31 days, in seconds: what comes from a server, a file or a person gets in as one of these.
package struct Seconds: Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// 31 days.
    package static let most = 2_678_400.0
    package static let max = Seconds(unchecked: most)

    /// 0 to ``most``, finite.
    package let value: Double

    private init(unchecked value: Double) { self.value = value }

    /// - Returns: nil when the number is negative, above 31 days, or not finite.
    package init?(_ number: Double) {
        guard number >= 0, number <= Self.most else { return nil }
        value = number
    }

    /// The nearest time that there can be: 31 days for more, 0 for less and for what is not a number.
    package init(clamping number: Double) {
        value = number > 0 ? Swift.min(number, Self.most) : 0
    }

    /// Decimal digits with or without a fraction, however many; more than 31 days is 31 days.
    /// - Returns: nil for anything else: a sign, an exponent, `inf`.
    package init?(clampingDecimal text: some StringProtocol) {
        guard let number = Double(decimal: text) else { return nil }
        self.init(clamping: number)
    }

    /// Decimal digits with or without a fraction.
    /// - Returns: nil for anything else, and for more than 31 days.
    package init?(decimal text: some StringProtocol) {
        guard let number = Double(decimal: text) else { return nil }
        self.init(number)
    }

    /// For numbers in the source code.
    package init(integerLiteral value: Int) { self.init(floatLiteral: Double(value)) }
    package init(floatLiteral value: Double) {
        precondition(value >= 0 && value <= Self.most, "no length of time")
        self.value = value
    }

    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }

    /// Whole seconds, rounded down.
    package var whole: Int { Int(value) }
    package var milliseconds: Int { Int(value * 1000) }
    package var duration: Duration { .seconds(value) }

    /// `90 s`; `31 days or more`.
    package var text: String { self == .max ? "31 days or more" : "\(whole) s" }
}

extension Seconds: CustomStringConvertible {
    package var description: String { "\(value)" }
}

extension Seconds: Codable {
    /// - Throws: `DecodingError` when it is not a number or out of bounds.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let seconds = Self(try container.decode(Double.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 0 to 31 days in seconds")
        }
        self = seconds
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

extension Double {
    /// Decimal digits with or without a fraction: the standard initialiser takes signs, exponents, `0x1p4`, `inf` and `nan` as well.
    /// - Returns: nil for anything else. Too many digits are infinite.
    package init?(decimal text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }) else { return nil }
        self.init(text)
    }
}
