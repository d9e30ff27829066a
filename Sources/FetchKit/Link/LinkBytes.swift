/// A file of this machine that is linked.
struct LinkBytes: Sendable {
    /// Absolute.
    var path: String
    /// Lower-case hexadecimal.
    var sha256: String?
}
