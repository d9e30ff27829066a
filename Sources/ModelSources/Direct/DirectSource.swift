internal import FetchTypes
internal import ModelReference

/// Resolves any other http(s) URL: one request for one byte tells the name, the size and where the bytes are.
struct DirectSource {
    private let asker: DirectAsker
    private let typed: WebURL

    init(_ typed: WebURL, context: SourceContext) {
        self.typed = typed
        asker = DirectAsker(url: typed, context: context)
    }

    func resolve() async throws -> Resolution {
        if !asker.credentials.headers.isEmpty, !OriginBoundSecrets.isConfidential(typed) {
            asker.context.warn("token_not_sent", "headers and passwords are not sent to \(typed.origin): it is http, not https.")
        }
        let answer = try await asker.ask()
        let name = answer.disposition ?? typed.lastPathComponent ?? answer.link.url.lastPathComponent ?? ""
        let shown = typed.shown
        var metadata = FileMetadata()
        metadata.pageURL = shown
        var file = SourceFile(
            identity: shown, pinned: shown, path: name, size: answer.link.length, etag: answer.link.etag, metadata: metadata,
            locator: FoundLocator(answer.link, host: typed.host, now: asker.context.now) { [asker] in try await asker.ask().link })
        file.lastModified = answer.link.lastModified
        file.served = ServedName(path: name, given: answer.disposition, url: answer.link.url)
        file.served?.plain = answer.plainDisposition
        file.facts = [Fact("ranges", answer.link.servesRanges), Fact("etag", answer.link.etag)].compactMap(\.self)
        return Resolution(source: .direct, title: name.isEmpty ? shown : name, files: [file])
    }
}
