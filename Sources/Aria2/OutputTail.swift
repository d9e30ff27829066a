import FetchTypes

/// The end of what aria2c said, line by line, fit to be shown.
///
/// Every line is cut at 1,000 bytes, freed of control characters, and URLs in it lose user information, query and
/// fragment: aria2c prints the signed URL of a download that fails.
struct OutputTail: Sendable {
    /// How many lines are kept.
    static let limit = 50
    private static let lineLimit = 1000

    /// The newest line is the last one.
    private(set) var lines: [String] = []
    private var partial: [UInt8] = []

    /// Takes in bytes of output.
    /// - Returns: the lines that they completed, cleaned.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var completed: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                finishLine().map { completed.append($0) }
            } else if partial.count < Self.lineLimit {
                partial.append(byte)
            }
        }
        return completed
    }

    /// Ends the line under way, when there is one.
    @discardableResult
    mutating func finishLine() -> String? {
        defer { partial.removeAll(keepingCapacity: true) }
        let line = Self.cleaned(String(decoding: partial, as: UTF8.self))
        guard line.contains(where: { $0 != " " }) else { return nil }
        lines.append(line)
        if lines.count > Self.limit { lines.removeFirst(lines.count - Self.limit) }
        return line
    }

    /// The text without control characters, and its URLs without what may be secret.
    static func cleaned(_ text: String) -> String {
        let words: [Substring] = text.withoutQueries.withoutControlCharacters.split(separator: " ", omittingEmptySubsequences: false)
        return words.map(withoutSecrets).joined(separator: " ")
    }

    private static func withoutSecrets(_ word: Substring) -> String {
        guard let scheme = word.firstRange(of: "://") else { return String(word) }
        let rest: Substring = word[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let authority: Substring = rest.prefix { $0 != "/" }
        let host: Substring = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return String(word[..<scheme.upperBound]) + host + rest[authority.endIndex...]
    }
}
