import Events
package import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage

/// What can be said of files on this machine without asking anybody: by the record that a finished file has, by the name of a
/// blob in a Hugging Face cache, by the metadata that `huggingface_hub` keeps beside a local folder.
package struct LocalChecks: Sendable {
    /// In the order of their paths.
    package private(set) var checks: [FileCheck] = []
    /// Ordinary files of which nothing is known.
    package private(set) var unknown: [String] = []
    /// What is missing although another file names it: shards of a safetensors index.
    package private(set) var missing: [(path: String, namedBy: String)] = []

    private var found: [String: FileCheck] = [:]
    private var ordinary: [String] = []

    /// - Parameter path: an existing file or folder.
    /// - Throws: ``Failure`` 66 when nothing at all is known of it.
    package init(_ path: String) throws(Failure) {
        let path = Path.absolute(path)
        if Disk.followedStatus(path)?.kind == .directory {
            // A link to a folder is taken for the folder.
            walk(Disk.status(path)?.kind == .link ? Path.real(path) ?? path : path)
        } else {
            if let check = Self.blobCheck(path) ?? Self.recordedCheck(path) ?? Self.metadataCheck(path) { found[path] = check }
            ordinary = [path]
        }
        checks = Self.withoutRepeats(found.values.sorted { $0.tag.path.utf8.lexicographicallyPrecedes($1.tag.path.utf8) })
        unknown = ordinary.filter { found[$0] == nil }
        for index in ordinary + checks.map(\.tag.path) where SafetensorsIndex.isIndex(index) {
            let shards = Disk.contents(index).flatMap { SafetensorsIndex.shards($0, at: index) } ?? []
            for shard in shards where Disk.followedStatus(shard)?.kind != .file && !missing.contains(where: { $0.path == shard }) {
                missing.append((shard, index))
            }
        }
        guard !checks.isEmpty || !missing.isEmpty else {
            throw Failure(
                .notFound, "nothing is known of \(path) to verify it against.",
                why: "it has no record of fetchctl's, and is in no Hugging Face cache or local folder.",
                hint: "name where it comes from, for example: fetchctl verify hf:org/name -d "
                    + (Disk.followedStatus(path)?.kind == .directory ? path : Path.parent(path)))
        }
    }

    /// A blob is read once, however many snapshots lead to it: the first of their files stands for it.
    private static func withoutRepeats(_ checks: [FileCheck]) -> [FileCheck] {
        let isLink = checks.map { Disk.status($0.tag.path)?.kind == .link }
        let blobs = zip(checks, isLink).map { check, isLink in isLink ? destination(check.tag.path) : check.tag.path }
        let led = Set(zip(blobs, isLink).compactMap { $1 ? $0 : nil })
        var seen: Set<String> = []
        return checks.indices.filter { isLink[$0] ? seen.insert(blobs[$0]).inserted : !led.contains(blobs[$0]) }.map { checks[$0] }
    }

    /// Where a link leads, whether something is there or not.
    private static func destination(_ link: String) -> String {
        Path.real(link) ?? Path.absolute(Path.join(Path.parent(link), Disk.link(at: link) ?? ""))
    }

    // MARK: folders

    private mutating func walk(_ folder: String) {
        takeRecordsAbove(folder)
        // The hidden folders are read where they are met; what is in them is not a file of the user's.
        FolderWalk.files(below: folder, isWanted: { !Self.isHidden($0) }) { path, status in take(path, status) }
        FolderWalk.files(below: folder, isWanted: { Path.name($0) != ".git" }) { path, _ in takeNote(path, within: folder) }
    }

    /// One file: known by itself, or ordinary.
    private mutating func take(_ path: String, _ status: FileStatus) {
        if let check = Self.blobCheck(path) {
            found[path] = check
        } else if status.kind == .file, !SafeName.isReserved(Substring(Path.name(path))) {
            ordinary.append(path)
        }
    }

    /// A record or a piece of metadata.
    private mutating func takeNote(_ path: String, within folder: String) {
        guard let note = LocalNote(path) else { return }
        let target = Path.join(note.directory, note.name)
        guard !Self.isPruned(target) else { return }
        if target == folder || target.hasPrefix(folder + "/") || folder == "/", let check = note.check(target) {
            // Our own record knows more than the other's metadata.
            if found[target] == nil || note.isRecord { found[target] = check }
        }
    }

    /// Whether a record is of what `huggingface_hub` took out of its cache again: a blob, or a commit with its whole folder. A
    /// link that still leads to a blob that is gone is found by itself.
    private static func isPruned(_ target: String) -> Bool {
        guard Disk.status(target) == nil, let (folder, commit, _) = HubCacheReader.locate(target) else { return false }
        return commit.map { Disk.status(folder.snapshot($0)) == nil } ?? (Path.parent(target) == folder.blobs)
    }

    /// The notes of a folder that is itself only part of what was fetched stand beside its parents.
    private mutating func takeRecordsAbove(_ folder: String) {
        var above = Path.parent(folder)
        while true {
            let relative = String(folder.dropFirst(above == "/" ? 1 : above.count + 1))
            for store in FinishedRecord.Store.allCases.map(\.rawValue) + [".cache/huggingface/download"] {
                let notes = Path.join(Path.join(above, store), relative)
                if Disk.status(notes)?.kind == .directory {
                    FolderWalk.files(below: notes) { path, _ in takeNote(path, within: folder) }
                }
            }
            if above == "/" { return }
            above = Path.parent(above)
        }
    }

    private static func isHidden(_ folder: String) -> Bool {
        switch Path.name(folder) {
        case ".fetchctl", ".git": true
        // In a cache of huggingface_hub only: elsewhere a folder may well be called so.
        case ".no_exist", "trees", "refs": Disk.status(Path.join(Path.parent(folder), "snapshots"))?.kind == .directory
        case ".locks": Disk.names(in: Path.parent(folder)).contains { HubCacheFolder(root: Path.parent(folder), named: $0) != nil }
        case "huggingface":
            folder.hasSuffix("/.cache/huggingface") && ["download", "fetchctl"].contains { Disk.status(Path.join(folder, $0)) != nil }
        default: false
        }
    }

    // MARK: one file

    /// A blob, or a link to one: its name is its digest.
    private static func blobCheck(_ path: String) -> FileCheck? {
        let blob = Disk.link(at: path) ?? path
        guard Path.name(Path.parent(blob)) == "blobs" else { return nil }
        let name = Path.name(blob)
        guard let digest = PublishedDigest(.sha256, hex: name) ?? PublishedDigest(.gitSHA1, hex: name) else { return nil }
        guard let (folder, commit, file) = HubCacheReader.locate(path), let commit, let file else {
            return FileCheck(tag: FileTag(ref: "", path: path), size: nil, digest: digest, authority: "its blob's name")
        }
        let reference = HubSnapshot.pinned(HubSnapshot.name(folder.type, folder.repo), at: commit, file)
        return FileCheck(
            tag: FileTag(ref: reference, path: path), size: nil, digest: digest, reference: reference, authority: "its blob's name",
            layout: FileCheck.options(cache: folder.root))
    }

    /// By the record of a finished file, beside it or beside one of its parents.
    private static func recordedCheck(_ path: String) -> FileCheck? {
        for (directory, name) in parents(path) {
            if let record = FinishedRecord.read(directory: directory, name: name, preferring: .own) {
                return LocalNote.check(record, path)
            }
        }
        return nil
    }

    private static func metadataCheck(_ path: String) -> FileCheck? {
        for (directory, name) in parents(path) {
            let metadata = Path.join(directory, ".cache/huggingface/download/\(name).metadata")
            if let check = LocalNote.check(metadata: metadata, path) { return check }
        }
        return nil
    }

    private static func parents(_ path: String) -> [(directory: String, name: String)] {
        var directory = Path.parent(path)
        var found: [(String, String)] = []
        while true {
            found.append((directory, String(path.dropFirst(directory == "/" ? 1 : directory.count + 1))))
            if directory == "/" { return found }
            directory = Path.parent(directory)
        }
    }
}
