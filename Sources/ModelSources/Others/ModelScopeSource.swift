internal import FetchTypes
internal import ModelReference

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Resolves references to ModelScope: a repo, a folder of it or a file, with the sizes and hashes of its listing.
struct ModelScopeSource {
    private let session: ModelScopeSession

    init(endpoint: WebURL?, context: SourceContext) {
        session = ModelScopeSession(endpoint: endpoint, context: context)
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolve(_ reference: ModelScopeReference) async throws -> Resolution {
        let asked = session.context.selection.revision
        if let typed = reference.revision, let asked, typed != asked {
            throw Failure(
                .usage, "two revisions are asked for: @\(typed) in the reference and --revision \(asked).", hint: "give only one of them.")
        }
        let revision = reference.revision ?? asked ?? "master"
        let page = session.page(reference.repo)
        let entries = try await list(reference.repo, revision)
        let name = "\(reference.repo)@\(revision)"
        let folder = reference.repo.split(separator: "/").last.map(String.init)
        if let path = reference.path {
            if let entry = entries.first(where: { $0.path == path }) {
                return Resolution(
                    source: .modelscope, title: "\(name)/\(path)", files: [try file(entry, reference.repo, revision, isSingle: true)])
            }
            let within = entries.filter { $0.path.hasPrefix(path + "/") }
            guard !within.isEmpty else {
                let near = SpellingSuggestions.ofPaths(path, in: entries.map(\.path))
                throw Failure(
                    .notFound, "\(reference.repo) has no \"\(path)\" at \(revision) at ModelScope.",
                    why: near.isEmpty ? nil : "the nearest are: " + near.joined(separator: ", "),
                    hint: "see \(page)/files for what there is.",
                    page: page)
            }
            return try resolution(within, title: name, folder: folder, repo: reference.repo, revision: revision)
        }
        guard !entries.isEmpty else {
            throw Failure(
                .notFound, "\(reference.repo) holds no files at \(revision) at ModelScope.", hint: "see \(page)/files", page: page)
        }
        return try resolution(entries, title: name, folder: folder, repo: reference.repo, revision: revision)
    }

    private func resolution(
        _ entries: [ModelScopeEntry], title: String, folder: String?, repo: String, revision: String
    ) throws(Failure) -> Resolution {
        let wanted = try PathSelection(session.context.selection).choose(entries, of: repo, page: session.page(repo), \.path)
        return Resolution(
            source: .modelscope, title: title, folderName: folder,
            files: try wanted.map { (entry) throws(Failure) in try file(entry, repo, revision, isSingle: false) })
    }

    private func list(_ repo: String, _ revision: String) async throws -> [ModelScopeEntry] {
        let url = try session.url("/api/v1/models/\(repo)/repo/files?Revision=\(revision.percentEncoded())&Recursive=true")
        let response = try await session.ask(HTTPRequest(.get, url, headers: [("Accept", "application/json")], timeout: 120)).response
        guard response.status == 200 else { throw session.refusal(response, about: "\(repo)@\(revision)", repo: repo) }
        guard !response.isTruncated, let listing = try? JSONDecoder().decode(ModelScopeListing.self, from: Data(response.body)) else {
            if let refusal = try? JSONDecoder().decode(ModelScopeRefusal.self, from: Data(response.body)) {
                var meant = response
                meant.status = refusal.status
                throw session.refusal(meant, about: "\(repo)@\(revision)", repo: repo)
            }
            throw Failure(
                .server, "ModelScope's file list of \(repo) cannot be understood.", hint: "try again later.", page: session.page(repo))
        }
        return listing.files.filter { $0.type != "tree" }
    }

    private func file(_ entry: ModelScopeEntry, _ repo: String, _ revision: String, isSingle: Bool) throws(Failure) -> SourceFile {
        var metadata = FileMetadata()
        metadata.pageURL = session.page(repo)
        metadata.model = repo
        metadata.version = revision
        return SourceFile(
            identity: "modelscope:\(repo)/\(entry.path)",
            pinned: "modelscope:\(repo)@\(revision.percentEncoded())/\(entry.path.percentEncoded(keeping: "/"))",
            path: isSingle ? entry.path.split(separator: "/").last.map(String.init) ?? entry.path : entry.path,
            size: try entry.size.checked("ModelScope", of: entry.path),
            digest: entry.digest, metadata: metadata,
            locator: ModelScopeLocator(session: session, repo: repo, revision: revision, path: entry.path))
    }
}

/// Asks ModelScope where a file's bytes are: a signed link to its storage, or the address itself.
struct ModelScopeLocator: ByteLocator {
    let session: ModelScopeSession
    let repo: String
    let revision: String
    let path: String
    var host: String { session.base.host }

    func locate() async throws -> ByteLink {
        let query = "Revision=\(revision.percentEncoded())&FilePath=\(path.percentEncoded())"
        let url = try session.url("/api/v1/models/\(repo)/repo?\(query)")
        let arrival = try await session.ask(HTTPRequest(.get, url, range: HTTPRange(first: 0, last: 0), maximumBody: 1 << 16))
        guard let link = try arrival.link(session.policy, now: session.context.now()) else {
            throw session.refusal(arrival.response, about: "\(path) of \(repo)", repo: repo)
        }
        return link
    }
}
