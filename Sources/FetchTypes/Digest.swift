/// A digest that a source publishes or a user demands: what the bytes must hash to.
package struct PublishedDigest: Sendable, Hashable, CustomStringConvertible {
    /// The raw values are those of the events' `algorithm` field.
    package enum Algorithm: String, Sendable {
        case sha256
        /// SHA-1 over `blob <size>\0` and the bytes: git's name for a file.
        case gitSHA1 = "git-sha1"
    }

    package let algorithm: Algorithm
    /// Lower-case hexadecimal.
    package let hex: String

    /// - Returns: nil when the text is not the algorithm's number of hexadecimal digits (64 or 40).
    package init?(_ algorithm: Algorithm, hex: String) {
        let wanted = algorithm == .sha256 ? 64 : 40
        guard hex.utf8.count == wanted, hex.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
        self.algorithm = algorithm
        self.hex = hex.lowercased()
    }

    package var description: String { "\(algorithm.rawValue):\(hex)" }
}
