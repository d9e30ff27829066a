package import ModelReference

/// One repo's folder in the cache of `huggingface_hub`, and the names of all that stands in it.
///
/// The form is that of huggingface_hub 0.36 to 2.4: `models--org--name/{blobs,snapshots,refs,trees,.no_exist}`, locks in
/// the cache's own `.locks`.
package struct HubCacheFolder: Sendable, Hashable {
    /// The cache's root, absolute.
    package var root: String
    /// `models--org--name`.
    package var name: String

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

    package var path: String { Path.join(root, name) }
    package var blobs: String { Path.join(path, "blobs") }
    package var snapshots: String { Path.join(path, "snapshots") }
    package var refs: String { Path.join(path, "refs") }

    /// - Parameter etag: a SHA-256 or a git SHA-1, in lower-case hexadecimal.
    package func blob(_ etag: String) -> String { Path.join(blobs, etag) }
    package func snapshot(_ commit: String) -> String { Path.join(snapshots, commit) }
    package func ref(_ revision: String) -> String { Path.join(refs, revision) }
    package func tree(_ commit: String) -> String { Path.join(path, "trees/\(commit).json") }
    /// The empty file that says that a commit has no such path.
    package func absence(_ path: String, at commit: String) -> String { Path.join(self.path, ".no_exist/\(commit)/\(path)") }
    package var locks: String { Path.join(root, ".locks/\(name)") }
    /// The lock under which a blob is fetched and pointed to.
    package func lock(_ etag: String) -> String { Path.join(locks, etag + ".lock") }
}

/// One file in a snapshot of the cache.
package struct HubCacheEntry: Sendable, Equatable {
    package var folder: HubCacheFolder
    package var commit: String
    /// The path in the repo.
    package var path: String
    /// The blob's name: a SHA-256 or a git SHA-1, in lower-case hexadecimal.
    package var etag: String
    /// Whether snapshots may point; false where the user switched that off.
    package var mayLink = true

    package var pointer: String { Path.join(folder.snapshot(commit), path) }
    package var blob: String { folder.blob(etag) }
    /// What the pointer says: the way from it to its blob.
    package var link: String {
        String(repeating: "../", count: 2 + Placement.folders(path).count) + "blobs/" + etag
    }
    /// The record of a file that stands in the snapshot itself.
    package var ownRecord: String { FinishedRecord.path(directory: folder.path, name: "snapshots/\(commit)/\(path)") }
}

extension Placement {
    /// A file in the cache: its partial beside the blob, its record in the repo's folder, nothing in the cache's root.
    package init(_ entry: HubCacheEntry) {
        self.init(directory: entry.folder.blobs, name: entry.etag)
        target = entry.pointer
        record = FinishedRecord.path(directory: entry.folder.path, name: "blobs/" + entry.etag)
        folders = [entry.folder.blobs, entry.folder.snapshot(entry.commit)]
        strange = [StrangeFolders(root: entry.folder.snapshot(entry.commit), names: Self.folders(entry.path))]
        form = .cache(entry)
    }
}
