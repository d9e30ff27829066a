internal import FetchTypes
internal import ModelReference

/// Resolves references to GitHub: a release's asset, or a file of a repository at a revision, whether git or LFS keeps it.
struct GitHubSource {
    private let session: GitHubSession
    private let context: SourceContext

    init(endpoint: WebURL?, context: SourceContext) {
        session = GitHubSession(endpoint: endpoint, context: context)
        self.context = context
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolve(_ reference: GitHubReference) async throws -> Resolution {
        let repository = "\(reference.owner)/\(reference.repository)"
        switch reference.item {
        case .asset(let tag, let name):
            return try await asset(
                name, tag: tag, reference: reference, subject: GitHubSubject(repository: repository, what: "\(tag)/\(name)"))
        case .file(let path): return try await file(path, reference, GitHubSubject(repository: repository, what: path))
        }
    }

    // MARK: assets

    private func asset(_ name: String, tag: String, reference: GitHubReference, subject: GitHubSubject) async throws -> Resolution {
        let release = try await session.release(reference.owner, reference.repository, tag: tag)
        let entry = release?.assets.first { $0.name == name }
        if let release, entry == nil { throw subject.noAsset(name, tag, among: release.assets.map(\.name)) }
        if let entry, let state = entry.state, state != "uploaded" {
            throw Failure(
                .server, "the asset \(name) of \(subject.repository) is still being uploaded.", hint: "try again later.", page: subject.page
            )
        }
        let prefix = "/\(reference.owner.percentEncoded())/\(reference.repository.percentEncoded())"
        let locator = GitHubAssetLocator(
            session: session, subject: subject,
            stable: try session.url(.site, "\(prefix)/releases/download/\(tag.percentEncoded(keeping: "/"))/\(name.percentEncoded())"),
            number: try entry?.id.map { try session.url(.api, "/repos\(prefix)/releases/assets/\($0)") })
        let pinned = "github:\(subject.repository)@\(tag.percentEncoded())/\(name.percentEncoded())"
        var file = SourceFile(
            identity: "github:\(subject.repository)@\(tag)/\(name)", pinned: pinned, path: name,
            size: try entry?.size.checked("GitHub", of: name), digest: entry?.digest, metadata: metadata(subject, version: tag),
            locator: locator)
        if entry == nil {
            // Neither its existence nor its size is known yet.
            let link = try await locator.locate()
            file.length = link.length
            file.locator = FoundLocator(link, host: locator.host, now: context.now) { try await locator.locate() }
        }
        return Resolution(source: .github, title: "\(subject.repository)@\(tag)/\(name)", files: [file])
    }

    // MARK: files

    private func file(_ path: String, _ reference: GitHubReference, _ subject: GitHubSubject) async throws -> Resolution {
        let place = "/\(reference.owner.percentEncoded())/\(reference.repository.percentEncoded())/\(path.percentEncoded(keeping: "/"))"
        let locator = GitHubFileLocator(
            session: session, subject: subject, raw: try session.url(.raw, place), media: try session.url(.media, place))
        let found = try await locator.look()
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let address = "https://github.com/\(subject.repository)/blob/\(path.percentEncoded(keeping: "/"))"
        let file = SourceFile(
            identity: address, pinned: address, path: name, size: found.pointer?.size ?? found.link?.length, digest: found.pointer?.digest,
            etag: found.link?.etag, metadata: metadata(subject, version: nil),
            locator: found.link.map { link in
                FoundLocator(link, host: locator.host, now: context.now) { try await locator.locate() }
            } ?? locator)
        return Resolution(source: .github, title: "\(subject.repository): \(path)", files: [file])
    }

    private func metadata(_ subject: GitHubSubject, version: String?) -> FileMetadata {
        var metadata = FileMetadata()
        metadata.pageURL = subject.page
        metadata.model = subject.repository
        metadata.version = version
        return metadata
    }
}

/// What is asked for at GitHub, for messages.
struct GitHubSubject: Sendable {
    /// `owner/repo`
    var repository: String
    /// `tag/asset`, or revision and path.
    var what: String

    var page: String { "https://github.com/\(repository)" }

    func noAsset(_ name: String, _ tag: String, among names: [String]) -> Failure {
        let near = SpellingSuggestions.ofPaths(name, in: names)
        let shown = near.isEmpty ? Array(names.prefix(8)) : near
        return Failure(
            .notFound, "the release \(tag) of \(repository) has no asset \"\(name)\".",
            why: names.isEmpty
                ? "it has no assets at all." : "it has: " + shown.joined(separator: ", ") + (shown.count < names.count ? ", …" : ""),
            hint: "take a name from \(page)/releases/tag/\(tag.percentEncoded(keeping: "/"))", page: page)
    }

    /// ``Failure`` or ``TransientRefusal`` for an answer that is not a file.
    func refusal(_ response: HTTPResponse, hasToken: Bool, now: Double) -> any Error {
        let said = ServerAnswer.words(response)
        // A rate limit may come as 403; the header tells it from a prohibition.
        if ServerAnswer.isTransient(response) || response.status == 403 && response.headers["X-RateLimit-Remaining"] == "0" {
            var throttled = response
            if response.status == 403 { throttled.status = 429 }
            return ServerAnswer.refusal(throttled, service: "GitHub", said: said, now: now)
        }
        switch response.status {
        case 404 where hasToken, 410 where hasToken:
            return Failure(
                .notFound, "GitHub has no \(what) in \(repository), or the token's account may not see it.",
                why: said.map { "it said: \($0)" },
                hint: "check owner, repository, tag or revision, and name: \(page)", page: page)
        case 404, 410:
            return Failure(
                .notFound, "GitHub has no \(what) in \(repository), or the repository is private.", why: said.map { "it said: \($0)" },
                hint: "check owner, repository, tag or revision, and name; for a private one set GITHUB_TOKEN.", page: page)
        case 401, 403:
            return Failure(
                hasToken ? .gated : .needsLogin, "GitHub does not allow \(what) of \(repository).",
                why: said.map { "it said: \($0)" }
                    ?? (hasToken ? "GITHUB_TOKEN was sent; its account may not have it." : "no GITHUB_TOKEN was sent."),
                hint: hasToken ? "give a token that may read \(repository)." : "set GITHUB_TOKEN to a token that may read \(repository).",
                page: page)
        case 451:
            return Failure(
                .region, "GitHub may not offer \(repository) any more.", why: said.map { "it said: \($0)" },
                hint: "look for another copy of it.", page: page)
        default:
            return Failure(
                .server, "GitHub gave an answer about \(what) of \(repository) that makes no sense here (HTTP \(response.status)).",
                why: said.map { "it said: \($0)" }, hint: "try again later.", page: page)
        }
    }
}
