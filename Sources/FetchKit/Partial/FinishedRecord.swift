/// What a finished file is: kept as `DIR/.fetchctl/NAME.json`, so that a second run need not read the file,
/// and so that only what came from the same place is ever replaced.
package struct FinishedRecord: Codable, Sendable, Equatable {
    package var version = 1
    package var reference: String
    /// See ``ModelSources/SourceFile/identity``.
    package var identity: String
    /// Bytes.
    package var size: Int64
    /// The file's modification time when it was placed, in nanoseconds since 1970.
    package var modified: Int64
    /// Lower-case hexadecimal; nil when hashing was switched off.
    package var sha256: String?
    /// `sha256:…` or `git-sha1:…`, as published.
    package var digest: String?
    package var etag: String?
    /// `sha256`, `git-sha1` or `size`: what was compared.
    package var verified: String?

    /// The record's own path.
    /// - Parameters:
    ///   - directory: the target directory.
    ///   - name: the file's path under it.
    package static func path(directory: String, name: String) -> String {
        let path = Path.join(Path.join(directory, ".fetchctl"), name + ".json")
        guard Path.name(path).utf8.count > 254 else { return path }
        return Path.join(Path.parent(path), PartialNames.hashed(Path.name(path)) + ".json")
    }

    /// Whether a file is still as it was placed: it need not be read then.
    package func describes(_ status: FileStatus) -> Bool {
        status.kind == .file && status.size == size && status.modified == modified
    }
}
