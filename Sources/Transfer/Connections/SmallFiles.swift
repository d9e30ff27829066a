/// Small files are bound by the connections that a host takes, not by the number of files at once: each is over after a round
/// trip or two.
package enum SmallFiles {
    /// Files smaller than this are small. Bytes.
    private static let limit: Int64 = 4 << 20

    /// - Parameter size: bytes; a file of unknown size (nil) counts as large.
    package static func include(_ size: Int64?) -> Bool { size.map { $0 < limit } ?? false }
}
