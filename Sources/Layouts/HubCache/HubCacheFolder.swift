package import ModelReference
import Storage

/// One repo's folder in the cache of `huggingface_hub`, and the names of all that is in it.
///
/// The form is that of huggingface_hub 0.36 to 2.4: `models--org--name/{blobs,snapshots,refs,trees,.no_exist}`, locks in
/// the cache's own `.locks`.
package struct HubCacheFolder: Sendable, Hashable {
    /// The cache's root, absolute.
    package var root: String
    /// `models--org--name`.
    package var name: String

    /// - Parameter repo: `org/name`, or a one-word name.
    package init(root: String, type: HubReference.RepoType, repo: String) {
        self.root = root
        name = "\(type.rawValue)--" + repo.split(separator: "/").joined(separator: "--")
    }

    /// - Parameter name: that of a folder in the cache.
    /// - Returns: nil when it is no repo's.
    package init?(root: String, named name: String) {
        guard name.firstRange(of: "--") != nil, let kind = name.split(separator: "-").first,
            HubReference.RepoType(rawValue: String(kind)) != nil, name.hasPrefix(kind + "--"), name.utf8.count > kind.utf8.count + 2
        else { return nil }
        self.root = root
        self.name = name
    }

    /// As the folder's name says.
    package var type: HubReference.RepoType {
        name.split(separator: "-").first.flatMap { HubReference.RepoType(rawValue: String($0)) } ?? .model
    }

    /// The repo's id; a name that has `--` in it itself cannot be told from one with a slash.
    package var repo: String {
        var rest = Substring(name.dropFirst(type.rawValue.count + 2))
        var parts: [Substring] = []
        while let range = rest.firstRange(of: "--") {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return (parts + [rest]).joined(separator: "/")
    }

    /// All paths here are absolute.
    package var path: String { Path.join(root, name) }
    /// The files' bytes, each under its hash.
    package var blobs: String { Path.join(path, "blobs") }
    /// A folder for each commit, with the files' paths in it.
    package var snapshots: String { Path.join(path, "snapshots") }
    /// The commits that revisions lead to.
    package var refs: String { Path.join(path, "refs") }

    /// - Parameter etag: a SHA-256 or a git SHA-1, in lower-case hexadecimal.
    package func blob(_ etag: String) -> String { Path.join(blobs, etag) }
    /// The folder that shows a commit's files under their own paths.
    package func snapshot(_ commit: String) -> String { Path.join(snapshots, commit) }
    /// Holds a commit, 40 digits without a newline. The revision is checked before: it becomes a path.
    package func ref(_ revision: String) -> String { Path.join(refs, revision) }
    /// See ``HubTree``.
    package func tree(_ commit: String) -> String { Path.join(path, "trees/\(commit).json") }
    /// The empty file that says that a commit has no such path.
    package func absence(_ path: String, at commit: String) -> String { Path.join(self.path, ".no_exist/\(commit)/\(path)") }
    /// Beside all repos' folders.
    package var locks: String { Path.join(root, ".locks/\(name)") }
    /// The lock under which a blob is fetched and pointed to.
    package func lock(_ etag: String) -> String { Path.join(locks, etag + ".lock") }
}
