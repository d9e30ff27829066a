import FetchTypes

/// A JSON string between its text and its bytes.
enum JSONString {
    /// - Parameter bytes: with the quotes.
    /// - Returns: nil when it is no valid string.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count >= 2 else { return nil }
        return String(json: bytes.dropFirst().dropLast())
    }
}
