/// One file of the batch that a fleet fetches together.
package struct FleetFile: Sendable, Equatable {
    /// The file's identity at the source with its commit: equal on all nodes.
    package let name: String
    /// Its size in bytes; above 0.
    package let size: Int64
    /// The published SHA-256 in lower-case hexadecimal digits; nil where the source publishes none.
    package let sha256: String?

    package init(name: String, size: Int64, sha256: String? = nil) {
        self.name = name
        self.size = size
        self.sha256 = sha256?.lowercased()
    }
}
