import FetchTypes
package import Storage

/// What a `.metadata` file says: which version of its file was put there, and when.
package struct HubLocalMetadata: Sendable, Equatable {
    /// 40 hexadecimal digits.
    package var commit: String
    /// A SHA-256 or a git SHA-1, in hexadecimal.
    package var etag: String
    /// Seconds since 1970.
    package var time: Double

    /// What is to be written.
    package init(commit: String, etag: String, time: Double) {
        self.commit = commit
        self.etag = etag
        self.time = time
    }

    /// - Returns: nil when the file is missing or of another form.
    package init?(reading path: String) {
        guard let bytes = Disk.contents(path, limit: 4096) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, let time = Double(decimal: lines[2].filter { $0 != " " && $0 != "\r" }), time.isFinite, !lines[0].isEmpty,
            !lines[1].isEmpty
        else {
            return nil
        }
        self.init(commit: String(lines[0]), etag: String(lines[1]), time: time)
    }

    /// As it is in the file.
    package var text: String { "\(commit)\n\(etag)\n\(time)\n" }

    /// Whether the file is as it was when this was written; a second is allowed for coarse clocks, as `huggingface_hub` does.
    package func describes(_ status: FileStatus) -> Bool { Double(status.modified) / 1e9 - 1 <= time }
}
