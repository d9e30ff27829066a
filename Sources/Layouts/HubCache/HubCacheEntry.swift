import Partials
import Storage

/// One file in a snapshot of the cache.
package struct HubCacheEntry: Sendable, Equatable {
    package var folder: HubCacheFolder
    /// 40 hexadecimal digits.
    package var commit: String
    /// The path in the repo.
    package var path: String
    /// The blob's name: a SHA-256 or a git SHA-1, in lower-case hexadecimal.
    package var etag: String
    /// Whether snapshots may point; false where the user switched that off.
    package var mayLink = true

    package init(folder: HubCacheFolder, commit: String, path: String, etag: String, mayLink: Bool = true) {
        self.folder = folder
        self.commit = commit
        self.path = path
        self.etag = etag
        self.mayLink = mayLink
    }

    /// Where the snapshot shows the file: a link, or the file itself.
    package var pointer: String { Path.join(folder.snapshot(commit), path) }
    /// Where the bytes are.
    package var blob: String { folder.blob(etag) }
    /// What the pointer says: the way from it to its blob.
    package var link: String {
        String(repeating: "../", count: 2 + PlacementPlan.folders(path).count) + "blobs/" + etag
    }
    /// The record of a file that is in the snapshot itself.
    package var ownRecord: String { FinishedRecord.path(directory: folder.path, name: "snapshots/\(commit)/\(path)") }
}
