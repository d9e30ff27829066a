/// One file of the batch that a fleet fetches together.
package struct FleetFile: Sendable, Equatable {
    /// What the file is, the same on all nodes: its identity at the source, with the commit.
    package let name: String
    /// Bytes; above 0.
    package let size: Int64
    /// The published SHA-256 in lower-case hexadecimal digits; nil where none is.
    package let sha256: String?

    package init(name: String, size: Int64, sha256: String? = nil) {
        self.name = name
        self.size = size
        self.sha256 = sha256?.lowercased()
    }
}
