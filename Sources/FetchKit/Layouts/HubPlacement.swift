import Events
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// The layouts of `huggingface_hub`: which file of a snapshot goes where.
struct HubPlacement {
    let layout: Layout
    let options: FetchOptions
    /// Several repos in one batch each get a folder of their own.
    let folderCount: Int
    let snapshot: HubSnapshot

    /// - Returns: the directory that stands for all files of the request.
    /// - Throws: ``Failure``.
    func directory(for request: FetchRequest) throws(Failure) -> String {
        guard request.out == nil else { throw layout.refusesOut(request.reference.shown) }
        let given = request.directory.map { Path.absolute(Path.join(Path.currentDirectory, $0)) }
        if layout.isHubCache {
            // It becomes a path in the cache, and may be untrusted.
            _ = try SafeName.path(snapshot.revision)
            guard let root = given ?? options.cache(for: layout) else {
                throw Failure(
                    .usage, "there is no place for the cache of huggingface_hub.", why: "neither HF_HUB_CACHE, HF_HOME nor HOME is set.",
                    hint: "set HF_HUB_CACHE, or name the cache with -d DIR.")
            }
            return folder(root).snapshot(snapshot.commit)
        }
        let base = given ?? options.defaultDirectory
        guard given == nil || folderCount > 1, let name = snapshot.repo.split(separator: "/").last.map(String.init) else { return base }
        return Path.join(base, name)
    }

    /// - Parameter directory: what ``directory(for:)`` said.
    func place(_ file: SourceFile, _ request: FetchRequest, in directory: String) throws(Failure) -> PlannedFile {
        let path = try SafeName.path(file.repoPath ?? file.path).joined(separator: "/")
        guard let etag = file.digest?.hex else {
            throw Failure(
                .server, "the Hub's list gives no hash for \(path) of \(snapshot.name).",
                why: "huggingface_hub knows files by their hashes.", hint: "use --layout plain, or leave HF_ENDPOINT unset.")
        }
        if let demanded = request.sha256, let digest = file.digest, demanded.algorithm == digest.algorithm, demanded != digest {
            throw Failure(
                .checksum, "\(request.reference.shown) does not have the checksum that was asked for.",
                why: "the Hub publishes \(digest.hex), and under that name it would be in the cache.",
                hint: "check the value given, or use --layout plain.")
        }
        let placement: PlacementPlan
        if layout.isHubCache {
            let root = Path.parent(Path.parent(Path.parent(directory)))
            placement = PlacementPlan(
                HubCacheEntry(folder: folder(root), commit: snapshot.commit, path: path, etag: etag, mayLink: options.linksInCache))
        } else {
            guard !HubLocalEntry.isReserved(path) else {
                throw Failure(
                    .permission, "the repo has a file where huggingface_hub keeps what it knows: \(path)",
                    hint: "leave it out with --exclude '.cache/huggingface/', or use --layout plain.")
            }
            guard Path.name(path).utf8.count + ".metadata~".utf8.count <= 255 else {
                throw Failure(
                    .exists, "the name \(Path.name(path).prefix(40))… is too long for the metadata of huggingface_hub beside it.",
                    hint: "leave it out with --exclude, or use --layout plain.")
            }
            placement = PlacementPlan(HubLocalEntry(directory: directory, commit: snapshot.commit, path: path, etag: etag))
        }
        var planned = PlannedFile(
            tag: FileTag(ref: request.reference.shown, path: placement.target), file: file, source: .huggingFace, directory: directory,
            name: path, digest: request.sha256 ?? file.digest, isDigestDemanded: request.sha256 != nil, placement: placement)
        planned.compatibility = request.compatibility
        planned.cached = cached(file, path, request)
        return planned
    }

    /// Where hf has the file in its cache already, as of the same commit; only for its own lines, and not where all is to be fetched again.
    private func cached(_ file: SourceFile, _ path: String, _ request: FetchRequest) -> String? {
        guard layout == .hfLocal, request.compatibility?.takesKept == true, request.compatibility?.existing == .renew, options.verifies,
            let root = options.hubCache
        else { return nil }
        let there = Path.join(folder(root).snapshot(snapshot.commit), path)
        guard let status = Disk.followedStatus(there), status.kind == .file, status.size > 0, status.size == file.size else { return nil }
        return there
    }

    func folder(_ root: String) -> HubCacheFolder { HubCacheFolder(root: root, type: snapshot.type, repo: snapshot.repo) }
}
