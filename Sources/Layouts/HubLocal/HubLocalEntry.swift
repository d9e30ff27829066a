import Storage

/// One file in a folder as `hf download --local-dir` makes it.
///
/// The form is that of huggingface_hub 0.36 to 2.4: the file at its path, and what is known of it under
/// `.cache/huggingface/download/`.
package struct HubLocalEntry: Sendable, Equatable {
    /// The folder, absolute.
    package var directory: String
    /// 40 hexadecimal digits.
    package var commit: String
    /// The path in the repo.
    package var path: String
    /// A SHA-256 or a git SHA-1, in lower-case hexadecimal.
    package var etag: String

    package init(directory: String, commit: String, path: String, etag: String) {
        self.directory = directory
        self.commit = commit
        self.path = path
        self.etag = etag
    }

    /// Where the file is.
    package var file: String { Path.join(directory, path) }
    /// See ``HubLocalMetadata``.
    package var metadata: String { Self.known(directory, "download/\(path).metadata") }
    /// The lock under which the file is fetched and its metadata written.
    package var lock: String { Self.known(directory, "download/\(path).lock") }

    /// What `huggingface_hub` keeps in such a folder for itself.
    package static func known(_ directory: String, _ name: String) -> String {
        Path.join(directory, ".cache/huggingface/" + name)
    }

    /// See ``HubTree``.
    package static func tree(_ directory: String, _ commit: String) -> String { known(directory, "trees/\(commit).json") }

    /// Whether a path in a repo would get in the way of what is kept there.
    package static func isReserved(_ path: String) -> Bool {
        let lowered = path.lowercased()
        return lowered == ".cache/huggingface" || lowered.hasPrefix(".cache/huggingface/")
    }
}
