internal import FetchTypes
internal import ModelReference

/// Where a named file's bytes are, asked for beside the description of its repo: the answer has the file's size and hash too.
struct HubFileAhead: Sendable {
    /// Of the path that was asked for, at the commit of the answer.
    let entry: HubEntry
    private let arrival: RedirectWalk.Arrival
    private let commit: String

    /// - Returns: nil for what is no path, where links must not be asked for yet, and where the answer does not say everything:
    ///   the repo's description, or the list, says why.
    static func ask(_ part: HubReference.Part, _ subject: HubSubject, _ session: HubSession) async -> HubFileAhead? {
        guard case .path(let path) = part, session.context.prefetching >= .free else { return nil }
        let revision = subject.revision.percentEncoded()
        guard let url = try? session.resolve(subject, commit: revision, path: path),
            let arrival = try? await session.ask(HTTPRequest(.head, url, maximumBody: 1 << 16), forBytesAt: revision)
        else { return nil }
        return HubFileAhead(arrival, path)
    }

    private init?(_ arrival: RedirectWalk.Arrival, _ path: String) {
        let headers = arrival.response.headers
        guard arrival.next != nil || arrival.response.status == 200, let commit = headers["X-Repo-Commit"],
            let size = headers["X-Linked-Size"].flatMap({ DeclaredSize(text: $0).count }), let tag = headers["X-Linked-ETag"],
            let entry = HubEntry(path: path, size: size, tag: tag.filter { $0 != "\"" })
        else { return nil }
        self.arrival = arrival
        self.commit = commit.lowercased()
        self.entry = entry
    }

    /// Whether the answer is about that commit: the revision may have moved in between.
    func isOf(_ commit: String) -> Bool { commit == self.commit }

    /// Hands out the link that was found, once.
    func locator(_ file: SourceFile, _ repo: HubCommit) -> any ByteLocator {
        let locator = HubLocator(repo: repo, path: entry.path, length: file.length, digest: file.digest)
        guard let link = try? locator.link(arrival) else { return locator }
        return FoundLocator(link, host: locator.host, now: repo.session.context.now) { try await locator.locate() }
    }
}
