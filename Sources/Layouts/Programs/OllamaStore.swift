package import FetchTypes
package import ModelSources
package import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ollama's store: `blobs/sha256-HEX`, and `manifests/HOST/NAMESPACE/MODEL/TAG`.
package struct OllamaStore: Sendable, Equatable {
    package let root: String

    package init(root: String) { self.root = root }

    /// A blob's path below the root.
    package static func blob(_ sha256: String) -> String { "blobs/sha256-\(sha256)" }

    /// Where unfinished blobs stand: the server removes what it does not know from `blobs`.
    package var unfinished: String { Path.join(root, ".fetchctl/unfinished") }

    /// - Throws: ``Failure`` where a part of a name cannot be a file's.
    package func manifest(_ manifest: RegistryManifest) throws(Failure) -> String {
        let path = try SafeName.path("\(manifest.host)/\(manifest.model)/\(manifest.tag)").joined(separator: "/")
        return Path.join(root, "manifests/" + path)
    }

    /// Makes the folders that files are going to be in.
    package func makeFolders() throws(IOFault) {
        for folder in [root, Path.join(root, "blobs"), Path.join(root, "manifests"), unfinished] { try makeFolder(folder) }
    }

    /// Puts the manifest in place, after its blobs: the server takes what it finds there for whole.
    package func write(_ bytes: [UInt8], to path: String) throws(IOFault) {
        try makeFolder(Path.parent(path))
        if Disk.contents(path, limit: 8 << 20) != bytes {
            let temporary = Path.join(unfinished, "manifest-\(ThisProcess.pid)~")
            try Disk.replace(path, with: bytes, temporary: temporary)
        }
        settle(path)
    }

    /// Gives a file of ours the store's owner and group, where this user may do that, and the mode of the server's own files. A file
    /// that has another name too keeps its own: they are of the file, not of the name.
    package func settle(_ path: String) {
        guard (Disk.status(path)?.links ?? 1) == 1 else { return }
        chmod(path, 0o644)
        giveToOwner(path)
    }

    /// Whether a file may have a second name in a store: whether the server may read it as it is.
    package static func takesName(of path: String) -> Bool {
        var raw = stat()
        return stat(path, &raw) == 0 && raw.st_mode & 0o444 == 0o444
    }

    private func makeFolder(_ path: String) throws(IOFault) {
        guard Disk.followedStatus(path) == nil else { return }
        let parent = Path.parent(path)
        if parent.hasPrefix(root) { try makeFolder(parent) }
        try Disk.makeDirectories(path)
        giveToOwner(path)
    }

    private func giveToOwner(_ path: String) {
        var raw = stat()
        guard geteuid() == 0, stat(root, &raw) == 0 else { return }
        lchown(path, raw.st_uid, raw.st_gid)
    }
}
