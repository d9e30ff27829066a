import Crypto
import FetchTypes

/// What replaces a file name that would grow too long, or must be unique: the first half of its SHA-256.
package enum HashedName {
    /// - Returns: 32 hexadecimal digits.
    package static func of(_ name: String) -> String { SHA256.hash(data: Array(name.utf8)).prefix(16).hexadecimal }
}
