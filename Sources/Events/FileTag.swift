import Crypto
import FetchTypes

/// Which file an event is about.
package struct FileTag: Sendable, Hashable {
    /// The same in every run for the same reference and target.
    package let id: String
    /// The reference as it may be shown.
    package let ref: String
    /// The final path, absolute.
    package let path: String

    package init(ref: String, path: String) {
        self.ref = ref
        self.path = path
        id = SHA256.hash(data: Array("\(ref)\n\(path)".utf8)).prefix(8).hexadecimal
    }
}
