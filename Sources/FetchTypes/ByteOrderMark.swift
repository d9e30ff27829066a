/// The byte order mark of UTF-8, which editors on Windows put before a text.
package enum ByteOrderMark {
    private static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The text without the mark.
    package static func removed(from text: [UInt8]) -> [UInt8] { text.starts(with: bytes) ? Array(text.dropFirst(bytes.count)) : text }
}
