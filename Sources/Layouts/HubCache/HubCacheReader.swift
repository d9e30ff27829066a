package import ModelReference
import Partials
import Storage

/// Reads what a cache of `huggingface_hub` holds, whichever program wrote it. Nothing is changed, no file is read whole.
package struct HubCacheReader: Sendable {
    /// The cache, absolute.
    package let root: String

    package init(root: String) { self.root = root }

    /// The repos, sorted by the names of their folders.
    package var folders: [HubCacheFolder] {
        Disk.names(in: root).compactMap { HubCacheFolder(root: root, named: $0) }.filter {
            Disk.followedStatus($0.path)?.kind == .directory
        }
    }

    package func folder(_ type: HubReference.RepoType, _ repo: String) -> HubCacheFolder? {
        let folder = HubCacheFolder(root: root, type: type, repo: repo)
        return Disk.followedStatus(folder.path)?.kind == .directory ? folder : nil
    }

    /// The place in a cache that a path leads to: one of a repo's folder, of a snapshot, or of something in it.
    /// - Returns: nil when the path is in no cache. The commit is nil for the whole repo; the file is a path in the repo.
    package static func locate(_ path: String) -> (folder: HubCacheFolder, commit: String?, file: String?)? {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        for index in parts.indices.reversed() {
            let root = "/" + parts[..<index].joined(separator: "/")
            guard let folder = HubCacheFolder(root: root, named: parts[index]),
                Disk.followedStatus(folder.snapshots)?.kind == .directory
            else { continue }
            let rest = parts[(index + 1)...]
            guard rest.first == "snapshots", let commit = rest.dropFirst().first else { return (folder, nil, nil) }
            let file = rest.dropFirst(2).joined(separator: "/")
            return (folder, commit, file.isEmpty ? nil : file)
        }
        return nil
    }

    /// The commit that a revision led to when the repo was last fetched.
    /// - Parameter revision: a branch, tag or `refs/…`, or a commit, which is its own answer.
    package static func commit(of revision: String, in folder: HubCacheFolder) -> String? {
        if isCommit(revision) { return revision }
        guard (try? SafeName.path(revision)) != nil, let bytes = Disk.contents(folder.ref(revision), limit: 256) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        return isCommit(text) ? text : nil
    }

    /// The revisions by name, with their commits.
    package static func refs(in folder: HubCacheFolder) -> [(revision: String, commit: String)] {
        var found: [(String, String)] = []
        Disk.walk(folder.refs) { name in
            if let commit = commit(of: name, in: folder) { found.append((name, commit)) }
        }
        return found
    }

    /// The commits that have a snapshot.
    package static func commits(in folder: HubCacheFolder) -> [String] { Disk.names(in: folder.snapshots).filter(isCommit) }

    /// - Returns: nil when there is no snapshot of the commit.
    package static func snapshot(_ commit: String, in folder: HubCacheFolder) -> LocalSnapshot? {
        let directory = folder.snapshot(commit)
        guard Disk.followedStatus(directory)?.kind == .directory else { return nil }
        var files: [LocalFile] = []
        Disk.walk(directory) { files.append(file($0, commit, in: folder)) }
        return LocalSnapshot(
            place: .cache(folder), directory: directory, type: folder.type, repo: folder.repo, commit: commit, files: files,
            tree: HubTree.read(folder.tree(commit)))
    }

    private static func file(_ path: String, _ commit: String, in folder: HubCacheFolder) -> LocalFile {
        let location = Path.join(folder.snapshot(commit), path)
        let status = Disk.followedStatus(location)
        var file = LocalFile(path: path, location: location, size: status?.size)
        // The first hop names the blob; a blob may go on into the store that all repos share.
        file.etag = Disk.link(at: location).map(Path.name).flatMap { isEtag($0) ? $0 : nil }
        let recorded = FinishedRecord.path(
            directory: folder.path, name: file.etag.map { "blobs/" + $0 } ?? "snapshots/\(commit)/\(path)")
        if let status, let record = JSONFile.read(FinishedRecord.self, from: recorded) {
            if record.describes(status) { file.record = record } else { file.isChanged = true }
        }
        return file
    }

    package static func isCommit(_ text: String) -> Bool { text.utf8.count == 40 && isHex(text) }
    static func isEtag(_ text: String) -> Bool { [40, 64].contains(text.utf8.count) && isHex(text) }

    private static func isHex(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
