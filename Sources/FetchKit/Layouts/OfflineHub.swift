import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// What a reference to the Hub is when the Hub must not be asked: what is where it would be put.
struct OfflineHub {
    /// The variable that forbids it.
    let variable: String
    let reference: HubReference
    let request: FetchRequest
    let options: FetchOptions
    let warn: (_ kind: String, _ message: String) -> Void

    /// The files that ought to be there: those of the commit's list, or else those that are there.
    /// - Throws: ``Failure`` of kind `unreachable` when nothing of it is.
    func resolution() throws(Failure) -> Resolution {
        guard let local = local() else { throw nothing(in: places) }
        let list = local.tree ?? local.files.compactMap(Self.listed)
        let wanted = try files(of: list)
        guard !wanted.isEmpty else { throw nothing(in: [local.directory]) }
        if local.tree == nil, isFolder(wanted) {
            warn(
                "offline",
                "\(request.reference.shown): \(wanted.count) files are there; whether that is all of it cannot be told without asking the Hub."
            )
        }
        var snapshot = HubSnapshot(
            type: reference.type, repo: reference.repo, revision: revision ?? named(local), commit: local.commit, tree: local.tree)
        snapshot.offline = variable
        let name = snapshot.name
        let isFolder = isFolder(wanted)
        var resolution = Resolution(
            source: .huggingFace, title: "\(name)@\(local.commit.prefix(7))" + (isFolder ? "" : "/" + wanted[0].path),
            folderName: isFolder ? reference.repo.split(separator: "/").last.map(String.init) : nil,
            files: wanted.map { file($0, name: name, commit: local.commit, isFolder: isFolder) }, hub: snapshot)
        let facts = [
            ("repo", name), ("revision", snapshot.revision), ("commit", local.commit), ("directory", local.directory),
        ]
        resolution.facts = facts.map { Fact($0, .text($1)) }
        return resolution
    }

    /// The reference as the cache's own revisions have it be read.
    static func reading(of reference: HubReference, _ request: FetchRequest, _ options: FetchOptions) -> HubReference {
        let given = request.directory.map { Path.absolute(Path.join(Path.currentDirectory, $0)) }
        let place = request.layout.applied(to: .huggingFace).isHubCache ? given ?? options.cache(for: request.layout) : options.hubCache
        guard reference.isAmbiguous, let place, let folder = HubCacheReader(root: place).folder(reference.type, reference.repo) else {
            return reference
        }
        let names = HubCacheReader.refs(in: folder).map(\.revision)
        return names.contains(reference.revision ?? "main") ? reference : reference.reading(among: names) ?? reference
    }

    /// Who names no revision means the main branch; only a cache tells which commit that is.
    private func named(_ local: LocalSnapshot) -> String {
        if case .cache = local.place { "main" } else { local.commit }
    }

    /// What ends a request that lacks files here.
    func incomplete(_ lacking: [String], of count: Int, in directory: String) -> Failure {
        Failure(
            .unreachable,
            "\(request.reference.shown) is not whole in \(directory): of \(count) files, these are missing or damaged: "
                + "\(SafetensorsIndex.listed(lacking, most: 3)).",
            why: "Hugging Face is not asked: \(variable) is set.", hint: "unset \(variable) to download.")
    }

    /// What ends a request of which nothing is here.
    var absence: Failure { nothing(in: places) }

    private func nothing(in places: [String]) -> Failure {
        Failure(
            .unreachable, "\(request.reference.shown) is not in \(places.joined(separator: " or ")).",
            why: "Hugging Face is not asked: \(variable) is set.",
            hint: (isCached ? "it is in the cache of huggingface_hub: see it there with --layout hf-cache; else " : "")
                + "unset \(variable) to download.")
    }

    /// Whether the cache has a snapshot of it though another layout was asked for.
    private var isCached: Bool {
        guard !layout.isHubCache, !request.selection.describes, let root = options.hubCache,
            let folder = HubCacheReader(root: root).folder(reference.type, reference.repo),
            let commit = HubCacheReader.commit(of: revision ?? "main", in: folder)
        else { return false }
        return Disk.followedStatus(folder.snapshot(commit)) != nil
    }

    private var revision: String? { reference.revision ?? request.selection.revision }
    private var layout: Layout { request.layout.applied(to: .huggingFace) }

    /// The folders where it may be.
    private var places: [String] {
        (request.selection.describes ? [options.hubCache].compactMap(\.self) : []) + placesOfLayout
    }

    private var placesOfLayout: [String] {
        let given = request.directory.map { Path.absolute(Path.join(Path.currentDirectory, $0)) }
        if layout.isHubCache { return [given ?? options.cache(for: layout)].compactMap(\.self) }
        let base = given ?? options.defaultDirectory
        let own = reference.repo.split(separator: "/").last.map { Path.join(base, String($0)) } ?? base
        return [own, base]
    }

    private func local() -> LocalSnapshot? {
        if layout.isHubCache { return placesOfLayout.first.flatMap(cached) }
        // Who only looks need not say where.
        if request.selection.describes, let root = options.hubCache, let found = cached(root) { return found }
        for place in placesOfLayout {
            let reader = HubLocalReader(directory: place)
            let found = layout == .hfLocal ? reader.snapshots : reader.recorded(of: (reference.type, reference.repo))
            let fitting = found.filter { snapshot in
                (snapshot.repo == nil || snapshot.repo == reference.repo && snapshot.type == reference.type)
                    && (revision.map { !HubCacheReader.isCommit($0) || $0 == snapshot.commit } ?? true)
            }
            if let first = fitting.first { return first }
        }
        return nil
    }

    private func cached(_ root: String) -> LocalSnapshot? {
        guard let folder = HubCacheReader(root: root).folder(reference.type, reference.repo),
            let commit = HubCacheReader.commit(of: revision ?? "main", in: folder)
        else { return nil }
        return HubCacheReader.snapshot(commit, in: folder)
    }

    private func files(of list: [HubTreeFile]) throws(Failure) -> [HubTreeFile] {
        let isWanted = request.selection.wantedPaths
        switch reference.part {
        case .whole: return list.filter { isWanted($0.path) }
        case .quantisation(let tag):
            let table = QuantisationTable(list.filter { isWanted($0.path) }.map { ($0.path, $0.size) })
            let paths = try table.paths(tag, projector: request.selection.projector, of: reference.repo)
            return list.filter { paths.contains($0.path) }
        case .path(let path), .folder(let path):
            if case .path = reference.part, let one = list.first(where: { $0.path == path }) { return [one] }
            return list.filter { $0.path.hasPrefix(path + "/") && isWanted($0.path) }
        }
    }

    private func isFolder(_ files: [HubTreeFile]) -> Bool {
        switch reference.part {
        case .path(let path): files.first?.path != path
        case .quantisation: files.count != 1
        case .whole, .folder: true
        }
    }

    /// A file that is there, as a list would have it.
    private static func listed(_ file: LocalFile) -> HubTreeFile? {
        guard let size = file.size, let etag = file.etag else { return nil }
        return HubTreeFile(path: file.path, size: size, blobID: etag, sha256: etag.utf8.count == 64 ? etag : nil)
    }

    private func file(_ listed: HubTreeFile, name: String, commit: String, isFolder: Bool) -> SourceFile {
        var file = SourceFile(
            identity: "hf:\(name)/\(listed.path)", pinned: HubSnapshot.pinned(name, at: commit, listed.path),
            path: isFolder ? listed.path : Path.name(listed.path), size: ByteCount(listed.size),
            digest: PublishedDigest(listed.sha256 == nil ? .gitSHA1 : .sha256, hex: listed.etag),
            locator: NoLocator(failure: nothing(in: places)))
        file.repoPath = listed.path
        return file
    }

    /// Says that there is no asking.
    private struct NoLocator: ByteLocator {
        let failure: Failure
        var host: String { "" }
        func locate() async throws -> ByteLink { throw failure }
    }
}
