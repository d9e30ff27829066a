import FetchTypes
import Layouts
package import ModelReference
package import ModelSources
package import Partials
import Storage
import Transfer

extension Linker {
    /// What a local file is, as a source would say it.
    /// - Parameters:
    ///   - record: what is known of it.
    ///   - reference: the reference in its record; nil where there is none.
    /// - Throws: ``Failure`` where it cannot be read.
    package static func describe(
        _ path: String, _ record: FinishedRecord?, _ reference: ModelReference?
    ) async throws -> Resolution {
        guard let status = Disk.followedStatus(path), status.kind == .file, let open = try? OpenFile(path, .followed) else {
            throw Failure(.notFound, "\(path) is no file that can be read.", hint: "check the path and its permissions.")
        }
        var sha256 = record.flatMap { $0.describes(status) ? $0.sha256 : nil }
        if sha256 == nil {
            let hashing = IncrementalHasher(gitSize: nil)
            try await hashing.advance(to: status.size, in: open)
            sha256 = hashing.values().sha256
            if let recorded = record?.sha256, recorded != sha256 {
                throw Failure(
                    .checksum, "\(path) has been changed since it was downloaded.", why: "its SHA-256 is not the one in its record.",
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
            return Resolution(source: .direct, title: Path.name(path), files: [file])
        }
        file.repoPath = repoPath
        return Resolution(
            source: .huggingFace, title: Path.name(path), files: [file],
            hub: HubSnapshot(type: hub.type, repo: hub.repo, revision: revision(of: record), commit: commit))
    }

    /// The branch that the file came from; `main`, by which programs look for a repo, where a commit was named.
    private static func revision(of record: FinishedRecord?) -> String {
        // It becomes a path in the cache.
        guard let branch = record?.branch, !HubCacheReader.isCommit(branch), (try? SafeName.path(branch)) != nil else { return "main" }
        return branch
    }

    /// There is nothing to ask for.
    private struct NoLocator: ByteLocator {
        var host: String { "" }
        func locate() async throws -> ByteLink { throw Failure(.io, "a local file has no link.", hint: "give its reference.") }
    }
}
