import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// What `huggingface_hub` takes for a reference when the Hub cannot be asked: what an earlier run left, without looking at
/// its bytes. A snapshot counts when its commit's list, where there is one, names no wanted file that is missing; a folder
/// when there is anything in it.
struct HubFallback {
    let reference: HubReference
    let request: FetchRequest
    let options: FetchOptions

    /// - Returns: nil for a request that is not to be served so.
    init?(_ request: FetchRequest, _ options: FetchOptions) {
        guard request.compatibility?.takesKept == true, case .huggingFace(let reference) = request.reference.reference else { return nil }
        self.reference = reference
        self.request = request
        self.options = options
    }

    /// Whether an error means that the Hub could not be asked. An answer that there is no such revision or file is an answer.
    func stands(inFor error: any Error) -> Bool {
        switch error {
        case is TransientRefusal: true
        case let fault as TransportFault: !fault.kind.isOfProxy && ![.forbiddenAddress, .cancelled].contains(fault.kind)
        case let failure as Failure:
            !failure.deniesExistence
                && (failure.status != nil || failure.kind == .unreachable || failure.kind == .server && file != nil)
        default: false
        }
    }

    /// - Parameter why: what happened to the question.
    /// - Returns: nil when nothing is there.
    /// - Throws: ``Failure`` of kind `unreachable` when a part of it is.
    func resolution(because why: String, warn: (String) -> Void) throws(Failure) -> Resolution? {
        guard let (path, list) = existing() else { return nil }
        let isWanted = request.selection.wantedPaths
        let lacking = (list ?? []).map(\.path).filter { isWanted($0) && Disk.followedStatus(Path.join(path, $0))?.kind != .file }
        guard lacking.isEmpty else {
            throw Failure(
                .unreachable,
                "\(request.reference.shown) is not whole in \(path): these files are missing: "
                    + "\(SafetensorsIndex.listed(lacking, most: 3)).",
                why: "Hugging Face cannot be asked: \(why)", hint: "run the same line again when it can.")
        }
        warn("Hugging Face cannot be asked: \(why) \(path) is taken as it is.")
        var resolution = Resolution(source: .huggingFace, title: request.reference.shown, files: [])
        resolution.kept = path
        return resolution
    }

    /// The file that is named, as a path in the repo; nil: a whole repo, or several files.
    private var file: String? {
        if request.selection.namesOneFile, case .path(let path) = reference.part { path } else { nil }
    }

    private var revision: String { reference.revision ?? request.selection.revision ?? "main" }

    /// Where it is, and what ought to be there.
    private func existing() -> (path: String, list: [HubTreeFile]?)? {
        // What is to be fetched again is not had by leaving it as it is; huggingface_hub forgets that for a repo.
        if file != nil, case .overwrite = request.compatibility?.existing { return nil }
        // A list of what would be fetched wants to know of all files.
        if file == nil, options.dryRun { return nil }
        let given = request.directory.map { Path.absolute(Path.join(Path.currentDirectory, $0)) }
        if request.layout == .hfLocal { return given.flatMap(local) }
        guard let root = given ?? options.hubCache, let folder = HubCacheReader(root: root).folder(reference.type, reference.repo),
            let commit = HubCacheReader.commit(of: revision, in: folder)
        else { return nil }
        let snapshot = folder.snapshot(commit)
        if let file { return one(Path.join(snapshot, file)) }
        guard Disk.followedStatus(snapshot)?.kind == .directory else { return nil }
        return (snapshot, HubTree.read(folder.tree(commit)))
    }

    private func local(_ directory: String) -> (String, [HubTreeFile]?)? {
        if let file { return one(Path.join(directory, file)) }
        guard Disk.followedStatus(directory)?.kind == .directory, !Disk.names(in: directory).isEmpty else { return nil }
        return (directory, commit(in: directory).flatMap { HubTree.read(HubLocalEntry.tree(directory, $0)) })
    }

    private func one(_ path: String) -> (String, [HubTreeFile]?)? {
        (try? SafeName.path(file ?? "")) != nil && Disk.followedStatus(path)?.kind == .file ? (path, nil) : nil
    }

    /// The commit that a folder is of: `huggingface_hub` keeps it in the cache, we in the folder.
    private func commit(in directory: String) -> String? {
        if HubCacheReader.isCommit(revision) { return revision }
        if let root = options.hubCache, let folder = HubCacheReader(root: root).folder(reference.type, reference.repo),
            let commit = HubCacheReader.commit(of: revision, in: folder)
        {
            return commit
        }
        if let commit = HubLocalReader(directory: directory).snapshots.first?.commit { return commit }
        let lists = Disk.names(in: HubLocalEntry.known(directory, "trees")).filter { $0.hasSuffix(".json") }
        return lists.count == 1 ? String(lists[0].dropLast(".json".count)) : nil
    }
}
