import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Transfer

/// What a reference turned out to be, in the form that members of a fleet give each other. Links and tokens are not part of it.
struct FleetListing: Codable, Sendable, Equatable {
    struct File: Codable, Sendable, Equatable {
        var identity: String
        var pinned: String
        var path: String
        var repoPath: String?
        /// Bytes.
        var size: Int64
        var sha256: String?
        var gitSHA1: String?
        var etag: String?
    }

    struct TreeFile: Codable, Sendable, Equatable {
        var path: String
        var size: Int64
        var blobID: String
        var sha256: String?
        var xetHash: String?
    }

    struct Snapshot: Codable, Sendable, Equatable {
        var type: String
        var repo: String
        var revision: String
        var commit: String
        var tree: [TreeFile]?
    }

    var title: String
    var folder: String?
    var files: [File]
    var snapshot: Snapshot
    var page: String?
    var model: String?
    var version: String?
    var branch: String?
    var licence: String?
    var isGated: Bool
    var isPrivate: Bool

    /// - Returns: nil where it is not of the Hub, or the size of a file is unknown: such files are not shared.
    init?(_ resolution: Resolution) {
        guard resolution.source == .huggingFace, let hub = resolution.hub, hub.offline == nil, let first = resolution.files.first,
            resolution.files.allSatisfy({ $0.size != nil })
        else { return nil }
        (title, folder) = (resolution.title, resolution.folderName)
        files = resolution.files.map { file in
            File(
                identity: file.identity, pinned: file.pinned, path: file.path, repoPath: file.repoPath, size: file.size ?? 0,
                sha256: file.digest?.algorithm == .sha256 ? file.digest?.hex : nil,
                gitSHA1: file.digest?.algorithm == .gitSHA1 ? file.digest?.hex : nil, etag: file.etag)
        }
        let tree = hub.tree?.map {
            TreeFile(path: $0.path, size: $0.size, blobID: $0.blobID, sha256: $0.sha256, xetHash: $0.xetHash)
        }
        snapshot = Snapshot(type: hub.type.rawValue, repo: hub.repo, revision: hub.revision, commit: hub.commit, tree: tree)
        let metadata = first.metadata
        (page, model, version, branch) = (metadata.pageURL, metadata.model, metadata.version, metadata.branch)
        (licence, isGated, isPrivate) = (metadata.licence, metadata.gated == true, metadata.isPrivate)
    }

    /// - Parameters:
    ///   - request: what was asked for: the list must be of that repo and revision.
    ///   - host: of the source.
    ///   - failure: what the source said to this machine.
    /// - Returns: nil where a value of it cannot be.
    func resolution(for request: FetchRequest, host: String, failure: Failure) -> Resolution? {
        guard case .huggingFace(let asked) = request.reference.reference, snapshot.type == asked.type.rawValue, snapshot.repo == asked.repo,
            snapshot.revision == asked.revision ?? request.selection.revision ?? "main"
                || asked.reading(among: [snapshot.revision]) != nil,
            HubCacheReader.isCommit(snapshot.commit), !files.isEmpty
        else { return nil }
        var hub = HubSnapshot(type: asked.type, repo: asked.repo, revision: snapshot.revision, commit: snapshot.commit)
        if let tree = snapshot.tree {
            guard tree.allSatisfy({ ByteCount($0.size) != nil }) else { return nil }
            hub.tree = tree.map {
                HubTreeFile(path: $0.path, size: $0.size, blobID: $0.blobID, sha256: $0.sha256, xetHash: $0.xetHash)
            }
        }
        var metadata = FileMetadata()
        (metadata.pageURL, metadata.model, metadata.version, metadata.branch) = (page, model, version, branch)
        (metadata.licence, metadata.gated, metadata.isPrivate) = (licence, isGated, isPrivate)
        var found: [SourceFile] = []
        for file in files {
            guard let size = ByteCount(file.size) else { return nil }
            let digest =
                file.sha256.map { PublishedDigest(.sha256, hex: $0) } ?? file.gitSHA1.map { PublishedDigest(.gitSHA1, hex: $0) }
            // A digest that is not one must not count as none.
            if case .some(.none) = digest { return nil }
            var source = SourceFile(
                identity: file.identity, pinned: file.pinned, path: file.path, size: size, digest: digest ?? nil, etag: file.etag,
                metadata: metadata, locator: RefusedLocator(host: host, failure: failure))
            source.repoPath = file.repoPath
            found.append(source)
        }
        return Resolution(source: .huggingFace, title: title, folderName: folder, files: found, hub: hub)
    }
}
