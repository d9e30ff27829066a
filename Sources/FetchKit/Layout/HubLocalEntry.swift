/// One file in a folder as `hf download --local-dir` makes it.
///
/// The form is that of huggingface_hub 0.36 to 2.4: the file at its path, and what is known of it under
/// `.cache/huggingface/download/`.
package struct HubLocalEntry: Sendable, Equatable {
    /// The folder, absolute.
    package var directory: String
    package var commit: String
    /// The path in the repo.
    package var path: String
    /// A SHA-256 or a git SHA-1, in lower-case hexadecimal.
    package var etag: String

    package var file: String { Path.join(directory, path) }
    package var metadata: String { Self.known(directory, "download/\(path).metadata") }
    /// The lock under which the file is fetched and its metadata written.
    package var lock: String { Self.known(directory, "download/\(path).lock") }

    /// What `huggingface_hub` keeps in such a folder for itself.
    package static func known(_ directory: String, _ name: String) -> String {
        Path.join(directory, ".cache/huggingface/" + name)
    }

    package static func tree(_ directory: String, _ commit: String) -> String { known(directory, "trees/\(commit).json") }

    /// Whether a path in a repo would get in the way of what is kept there.
    package static func isReserved(_ path: String) -> Bool {
        let lowered = path.lowercased()
        return lowered == ".cache/huggingface" || lowered.hasPrefix(".cache/huggingface/")
    }
}

/// What a `.metadata` file says: which version of its file was put there, and when.
package struct HubLocalMetadata: Sendable, Equatable {
    package var commit: String
    package var etag: String
    /// Seconds since 1970.
    package var time: Double

    package init(commit: String, etag: String, time: Double) {
        self.commit = commit
        self.etag = etag
        self.time = time
    }

    /// - Returns: nil when the file is missing or of another form.
    package init?(reading path: String) {
        guard let bytes = Disk.contents(path, limit: 4096) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, let time = Double(lines[2].filter { $0 != " " && $0 != "\r" }), !lines[0].isEmpty, !lines[1].isEmpty else {
            return nil
        }
        self.init(commit: String(lines[0]), etag: String(lines[1]), time: time)
    }

    /// As it stands in the file.
    package var text: String { "\(commit)\n\(etag)\n\(time)\n" }

    /// Whether the file is as it was when this was written; a second is allowed for coarse clocks, as `huggingface_hub` does.
    package func describes(_ status: FileStatus) -> Bool { Double(status.modified) / 1e9 - 1 <= time }
}

extension Placement {
    /// A file in a local folder: its partial among the metadata, where a listing of the folder does not show it.
    package init(_ entry: HubLocalEntry) {
        self.init(directory: entry.directory, name: entry.path)
        let known = HubLocalEntry.known(entry.directory, "download")
        partial = PartialNames(target: Path.join(known, entry.path))
        folders = [entry.directory, known]
        strange.append(StrangeFolders(root: known, names: Self.folders(entry.path)))
        form = .local(entry)
    }
}
