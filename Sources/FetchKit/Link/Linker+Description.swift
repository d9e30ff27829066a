import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Partials
import Storage
import Transfer

extension Linker {
    /// What a local file is, as a source would say it.
    /// - Parameters:
    ///   - record: what is known of it.
    ///   - reference: the reference in its record; nil where there is none.
    /// - Returns: that, and the file's SHA-256.
    /// - Throws: ``Failure`` where it cannot be read.
    static func describe(
        _ path: String, _ record: FinishedRecord?, _ reference: ModelReference?
    ) async throws -> (Resolution, sha256: String?) {
        guard let status = Disk.followedStatus(path), status.kind == .file, let open = try? OpenFile(path, .followed) else {
            throw Failure(.notFound, "\(path) is no file that can be read.", hint: "check the path and its permissions.")
        }
        var sha256 = record.flatMap { $0.describes(status) ? $0.sha256 : nil }
        if sha256 == nil {
            let hashing = IncrementalHasher(gitSize: status.size)
            try await hashing.advance(to: status.size, in: open)
            sha256 = hashing.values().sha256
            if let expected = record?.expectation, hashing.value(expected.algorithm) != expected.hex {
                throw Failure(
                    .checksum, "\(path) has been changed since it was downloaded.",
                    why: "its \(expected.algorithm == .sha256 ? "SHA-256" : "git hash") is not the one in its record.",
                    hint: "download it again: fetchctl add \(record?.reference ?? "REF") -d DIR")
            }
        }
        var file = SourceFile(
            identity: record?.identity ?? "file:\(path)", pinned: record?.reference ?? path, path: Path.name(path),
            size: ByteCount(status.size), digest: sha256.flatMap { PublishedDigest(.sha256, hex: $0) }, locator: NoLocator())
        file.metadata.model = record?.model
        file.metadata.type = record?.modelType
        file.metadata.baseModel = record?.baseModel
        guard case .huggingFace(let hub)? = reference, case .path(let repoPath) = hub.part, let commit = hub.revision,
            HubCacheReader.isCommit(commit)
        else {
            return (Resolution(source: .direct, title: Path.name(path), files: [file]), sha256)
        }
        file.repoPath = repoPath
        // A small file of a repo is known in the Hub's caches by its git hash.
        if let published = record?.published, published.algorithm == .gitSHA1 { file.digest = published }
        let snapshot = HubSnapshot(
            type: hub.type, repo: hub.repo, revision: revision(of: record), commit: commit, tree: tree(of: commit, at: path))
        return (Resolution(source: .huggingFace, title: Path.name(path), files: [file], hub: snapshot), sha256)
    }

    /// The branch that the file came from; `main`, by which programs look for a repo, where a commit was named.
    private static func revision(of record: FinishedRecord?) -> String {
        // It becomes a path in the cache.
        guard let branch = record?.branch, !HubCacheReader.isCommit(branch), (try? SafeName.path(branch)) != nil else { return "main" }
        return branch
    }

    /// The list of a commit's files, which a cache or a folder above the file keeps; nil where there is none.
    private static func tree(of commit: String, at path: String) -> [HubTreeFile]? {
        if let place = HubCacheReader.locate(path) { return HubTree.read(place.folder.tree(commit)) }
        var folder = path
        while folder != "/" {
            folder = Path.parent(folder)
            for list in [HubLocalReader.tree(folder, commit), HubLocalEntry.tree(folder, commit)] {
                if let tree = HubTree.read(list) { return tree }
            }
        }
        return nil
    }

    /// There is nothing to ask for.
    private struct NoLocator: ByteLocator {
        var host: String { "" }
        func locate() async throws -> ByteLink { throw Failure(.io, "a local file has no link.", hint: "give its reference.") }
    }
}
