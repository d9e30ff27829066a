import Events
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// What a reference to the Hub wants done besides its files: before the first one comes, and once all are there.
struct SnapshotFinalizer: Sendable {
    let request: FetchRequest
    let snapshot: HubSnapshot
    let layout: Layout
    /// Whether a repo or a folder was asked for, not a single file.
    let isFolder: Bool
    /// The folder that holds the files.
    let directory: String
    let files: [PlannedFile]
    let rule: RevisionRule

    /// What is done about a revision of the cache that leads to another commit.
    enum RevisionRule {
        /// It leads to the new commit once that commit's files are there.
        case follow
        /// It stays: what is linked may be older than what the cache has.
        case keep
        /// It stays, and is made only once all files of the commit are there, by the commit's list.
        case whole
    }

    /// - Returns: nil for what is not from the Hub.
    init?(_ request: FetchRequest, _ resolution: Resolution, _ files: [PlannedFile], _ rule: RevisionRule = .follow) {
        guard let snapshot = resolution.hub, let first = files.first else { return nil }
        self.rule = rule
        self.request = request
        self.snapshot = snapshot
        layout = request.layout.applied(to: resolution.source)
        isFolder = resolution.folderName != nil
        directory = first.directory
        self.files = files
    }

    private var tag: FileTag { FileTag(ref: request.reference.shown, path: directory) }

    private var cacheFolder: HubCacheFolder? {
        if case .cache(let entry)? = files.first?.placement.form { entry.folder } else { nil }
    }

    private static let tagText = """
        Signature: 8a477f597d28d172789f06886806bc55
        # This file is a cache directory tag created by huggingface_hub.
        # For information about cache directory tags, see:
        #\thttps://bford.info/cachedir/

        """

    /// Writes what does not depend on the files, when `huggingface_hub` writes it: with the commit's list there, an unfinished
    /// snapshot is known as such, and with its ref what is there of it is found.
    /// - Throws: ``IOFault``.
    func begin() throws(IOFault) {
        if let folder = cacheFolder {
            try Disk.makeDirectories(folder.snapshot(snapshot.commit))
            if let tree = snapshot.tree { try HubTree.write(tree, to: folder.tree(snapshot.commit)) }
            guard snapshot.offline == nil else { return }
            if rule != .whole, leftCommit(folder) == nil { try folder.pointEarly(snapshot.revision, to: snapshot.commit) }
            try writeTag(folder.root)
        } else if layout == .hfLocal {
            let known = HubLocalEntry.known(directory, "")
            try Disk.makeDirectories(known)
            try writeTag(known)
            let ignored = Path.join(known, ".gitignore")
            if Disk.status(ignored) == nil { try Disk.replace(ignored, with: Array("*".utf8)) }
            HubLocalReader(directory: directory).moveRecords()
            if let tree = snapshot.tree { try HubTree.write(tree, to: HubLocalEntry.tree(directory, snapshot.commit)) }
        }
    }

    /// The other commit that the revision leads to and goes on leading to.
    private func leftCommit(_ folder: HubCacheFolder) -> String? {
        guard rule != .follow, let known = HubCacheReader.commit(of: snapshot.revision, in: folder), known != snapshot.commit else {
            return nil
        }
        return known
    }

    /// Backup programs pass over a directory that has this.
    private func writeTag(_ folder: String) throws(IOFault) {
        let path = Path.join(folder, "CACHEDIR.TAG")
        if Disk.status(path) == nil { try Disk.replace(path, with: Array(Self.tagText.utf8)) }
    }

    /// All files are there: the revision leads to them from now on, and what a reader may trip over is said.
    func finish(emit: EventSink) throws(IOFault) {
        if let folder = cacheFolder, snapshot.offline == nil { try pointRevision(folder, emit) }
        if layout == .llamaCpp, snapshot.offline == nil, snapshot.revision != "main" {
            emit(
                .warning(
                    tag, kind: "note",
                    message: "llama.cpp finds a repo by its branch main: \(snapshot.name) is there at \(snapshot.revision)."))
        }
        guard isFolder else { return }
        // A list, for when the Hub cannot be asked; without it less can be told then.
        if layout == .plain, let tree = snapshot.tree { try? HubTree.write(tree, to: HubLocalReader.tree(directory, snapshot.commit)) }
        for file in files where SafetensorsIndex.isIndex(file.file.repoPath ?? "") { checkShards(of: file, emit) }
        if layout == .plain, snapshot.type == .model, snapshot.tree != nil, snapshot.offline == nil {
            emit(
                .warning(
                    tag, kind: "note",
                    message: "to have it by name in transformers or vLLM: fetchctl add \(request.reference.shown) --layout hf-cache"))
        }
    }

    /// Last where the revision led to an earlier commit's snapshot: a run that fails leaves that in use.
    private func pointRevision(_ folder: HubCacheFolder, _ emit: EventSink) throws(IOFault) {
        if let left = leftCommit(folder) {
            emit(
                .warning(
                    tag, kind: "ref",
                    message: "\(snapshot.revision) of \(snapshot.name) leads to commit \(left.prefix(7)) in this cache and stays there; "
                        + "what was linked is of commit \(snapshot.commit.prefix(7))."))
            return
        }
        if rule == .whole, let lack = lack(in: folder) {
            emit(
                .warning(
                    tag, kind: "ref",
                    message: "\(snapshot.revision) of \(snapshot.name) is not written in this cache: \(lack). The files are there by "
                        + "their commit, \(snapshot.commit.prefix(7))."))
            return
        }
        do throws(IOFault) {
            try folder.point(snapshot.revision, to: snapshot.commit)
        } catch {
            // A cache that may only be read has the files all the same.
            guard error.failure.kind == .permission else { throw error }
            emit(
                .warning(
                    tag, kind: "ref",
                    message: "the cache may not be written: \(snapshot.revision) does not lead to \(snapshot.commit) there."))
        }
    }

    /// Why the snapshot may not be all of its commit; nil where it is, or where the revision leads to it already.
    private func lack(in folder: HubCacheFolder) -> String? {
        if HubCacheReader.commit(of: snapshot.revision, in: folder) == snapshot.commit { return nil }
        guard let there = HubCacheReader.snapshot(snapshot.commit, in: folder), there.tree != nil else {
            return "no list tells whether all files of the commit are there"
        }
        let missing = there.missing()
        return missing.isEmpty ? nil : "\(missing.count) files of the commit are missing, as \(missing[0])"
    }

    private func checkShards(of file: PlannedFile, _ emit: EventSink) {
        guard let path = file.file.repoPath, let bytes = Disk.contents(file.target), let shards = SafetensorsIndex.shards(bytes, at: path)
        else { return }
        let fetched = Set(files.compactMap(\.file.repoPath))
        let offered = snapshot.tree.map { Set($0.map(\.path)) }
        let lacking = shards.filter { !fetched.contains($0) }
        let excluded = lacking.filter { offered?.contains($0) ?? false }
        let missing = lacking.filter { !(offered?.contains($0) ?? false) }
        if !missing.isEmpty {
            let place = offered == nil ? "this folder of \(snapshot.name)" : snapshot.name
            emit(
                .warning(
                    file.tag, kind: "shards_missing",
                    message: "\(path) names \(missing.count == 1 ? "a shard" : "\(missing.count) shards") that \(place) does not have: "
                        + "\(SafetensorsIndex.listed(missing)). The model cannot be loaded whole."))
        }
        if !excluded.isEmpty {
            emit(
                .warning(
                    file.tag, kind: "note",
                    message: "--include and --exclude left out \(excluded.count) of the \(shards.count) shards that \(path) names."))
        }
    }

    /// It has failed: empty folders that were made for it are removed, because an empty snapshot reads as a whole one.
    /// The ref and the commit's list stay, as `huggingface_hub` leaves them.
    func abandon() {
        guard let folder = cacheFolder else { return }
        let snapshot = folder.snapshot(self.snapshot.commit)
        for placement in files.map(\.placement) {
            for strange in placement.strange {
                for count in (1...max(1, strange.names.count)).reversed() where count <= strange.names.count {
                    Disk.removeIfEmpty(Path.join(strange.root, strange.names.prefix(count).joined(separator: "/")))
                }
            }
        }
        Disk.removeIfEmpty(snapshot)
        guard Disk.status(snapshot) == nil else { return }
        for name in ["trees", "snapshots", "blobs"] { Disk.removeIfEmpty(Path.join(folder.path, name)) }
        Disk.removeIfEmpty(folder.path)
    }
}
