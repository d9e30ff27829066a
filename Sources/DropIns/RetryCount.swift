import FetchTypes

/// How often a line wants a download tried again: 0 to a million, which is without end for a person.
struct RetryCount: Sendable, Equatable {
    static let most = 1_000_000

    /// Tries after the first.
    let further: Int

    /// From a number of further tries; more than the most is the most.
    /// - Returns: nil when the text is no plain decimal number.
    init?(retries text: some StringProtocol) {
        guard let digits = Double(decimal: text), !text.contains(".") else { return nil }
        further = digits < Double(Self.most) ? Int(digits) : Self.most
    }

    /// From a number of tries in all, of which 0 is without end.
    init?(tries text: some StringProtocol) {
        guard let all = Self(retries: text)?.further else { return nil }
        further = all == 0 ? Self.most : all - 1
    }
}
