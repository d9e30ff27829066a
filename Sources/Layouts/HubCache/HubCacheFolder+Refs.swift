import FetchTypes
package import Storage

/// The revisions of a repo in the cache, each a file that holds a commit.
extension HubCacheFolder {
    /// Lets a revision lead to a commit.
    /// - Parameter revision: checked before: it becomes a path.
    package func point(_ revision: String, to commit: String) throws(IOFault) {
        guard revision != commit else { return }
        let ref = ref(revision)
        let bytes = Array(commit.utf8)
        guard Disk.contents(ref, limit: 256) != bytes else { return }
        try Disk.makeDirectories(Path.parent(ref))
        // Whatever is among the refs is taken for one: it is made elsewhere, in a folder that other machines do not remove meanwhile.
        try Disk.replace(ref, with: bytes, temporary: Disk.temporaryPath(in: path))
    }

    /// The same before the first file is there, unless that would take the revision away from a snapshot that is.
    package func pointEarly(_ revision: String, to commit: String) throws(IOFault) {
        guard (try? SafeName.path(revision)) != nil else { return }
        if let known = HubCacheReader.commit(of: revision, in: self), Disk.followedStatus(snapshot(known))?.kind == .directory { return }
        try point(revision, to: commit)
    }

    /// Keeps it in mind that a commit has no such file.
    package func note(absenceOf path: String, at commit: String) throws(IOFault) {
        guard (try? SafeName.path(path)) != nil else { return }
        let note = absence(path, at: commit)
        try Disk.makeDirectories(Path.parent(note))
        _ = try OpenFile(note, .create)
    }
}
