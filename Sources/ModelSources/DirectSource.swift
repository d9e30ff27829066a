internal import FetchTypes
internal import ModelReference

/// Resolves any other http(s) URL: one request for one byte tells the name, the size and where the bytes are.
struct DirectSource {
    private let asker: DirectAsker
    private let typed: WebURL

    init(_ typed: WebURL, context: SourceContext) {
        self.typed = typed
        asker = DirectAsker(url: Self.fileAddress(typed), context: context)
    }

    func resolve() async throws -> Resolution {
        if !asker.credentials.headers.isEmpty, !BoundSecrets.isConfidential(typed) {
            asker.context.warn("token_not_sent", "headers and passwords are not sent to \(typed.origin): it is http, not https.")
        }
        let answer = try await asker.ask()
        let name = answer.disposition ?? typed.lastPathComponent ?? answer.link.url.lastPathComponent ?? ""
        let shown = typed.shown
        var metadata = FileMetadata()
        metadata.pageURL = shown
        var file = SourceFile(
            identity: shown, pinned: shown, path: name, size: answer.link.size, etag: answer.link.etag, metadata: metadata,
            locator: DirectLocator(asker: asker, first: answer.link))
        file.facts = [Fact("ranges", answer.link.servesRanges), Fact("etag", answer.link.etag)].compactMap(\.self)
        return Resolution(source: .direct, title: name.isEmpty ? shown : name, files: [file])
    }

    /// Share pages whose file has an address of its own that follows from theirs: Dropbox's, with `dl=0` or
    /// without, and pixeldrain's `/u/ID`.
    static func fileAddress(_ url: WebURL) -> WebURL {
        switch url.host {
        case "dropbox.com", "www.dropbox.com":
            let bare = url.removingQueryItems(["dl", "raw"]).string
            return WebURL(bare + (bare.contains("?") ? "&" : "?") + "dl=1") ?? url
        case "pixeldrain.com", "www.pixeldrain.com":
            guard url.path.hasPrefix("/u/"), let id = url.lastPathComponent else { return url }
            return WebURL("\(url.origin)/api/file/\(id.percentEncoded())?download") ?? url
        default:
            return url
        }
    }

    /// Whether the URL is a page that leads to a file by its script, not the file's own address.
    static func isMediaFirePage(_ url: WebURL) -> Bool {
        ["mediafire.com", "www.mediafire.com", "app.mediafire.com"].contains(url.host)
    }
}
