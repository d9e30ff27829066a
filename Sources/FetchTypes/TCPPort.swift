/// A port from 1 to 65535.
package enum TCPPort {
    package static let range = 1...65_535

    /// Decimal digits and nothing else.
    /// - Returns: nil when the text is something else, or out of bounds.
    package static func parse(_ text: some StringProtocol) -> Int? {
        Int(digits: text).flatMap { range.contains($0) ? $0 : nil }
    }
}
