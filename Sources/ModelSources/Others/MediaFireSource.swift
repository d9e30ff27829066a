import ModelReference
internal import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Resolves MediaFire's pages: the file is behind a button whose address is made again for every visit.
struct MediaFireSource {
    private let page: WebURL
    private let context: SourceContext

    init(_ page: WebURL, context: SourceContext) {
        self.page = page
        self.context = context
    }

    /// Whether the link is a file's page rather than the file itself.
    static func isPage(_ url: WebURL) -> Bool {
        ["mediafire.com", "www.mediafire.com", "app.mediafire.com"].contains(url.host)
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolve() async throws -> Resolution {
        let answer = try await ask()
        let shown = page.shown
        var metadata = FileMetadata()
        metadata.pageURL = shown
        // The page's address ends in /file or in the name.
        let typed = page.path.split(separator: "/").last { $0 != "file" }.map { $0.percentDecoded ?? String($0) }
        let name = answer.disposition ?? answer.link.url.lastPathComponent ?? typed ?? ""
        let file = SourceFile(
            identity: shown, pinned: shown, path: name, size: answer.link.length, etag: answer.link.etag, metadata: metadata,
            connections: 4,
            locator: FoundLocator(answer.link, host: page.host, now: context.now) { try await ask().link })
        return Resolution(source: .direct, title: name, files: [file])
    }

    private func ask() async throws -> DirectAsker.Answer {
        let walk = RedirectWalk(policy: RedirectPolicy(start: page), send: context.send)
        let arrival = try await walk.run(HTTPRequest(.get, page, maximumBody: 4 << 20, timeout: 60))
        let response = arrival.response
        // Some links lead to the file at once.
        if response.isSuccess, !response.isHTML { return try await DirectAsker(url: arrival.url, context: anonymous).ask() }
        if ServerAnswer.isTransient(response) { throw ServerAnswer.refusal(response, service: "MediaFire", now: context.now()) }
        let html = HTMLPage(String(decoding: response.body, as: UTF8.self))
        guard response.isSuccess, let target = Self.target(html, at: arrival.url) else { throw refusal(response, html) }
        return try await DirectAsker(url: target, context: anonymous).ask()
    }

    /// The user's headers are for the typed origin, which the file is not at.
    private var anonymous: SourceContext {
        var context = context
        context.selection.headers = []
        return context
    }

    /// The download button's address: its link, or packed as base64.
    static func target(_ page: HTMLPage, at url: WebURL) -> WebURL? {
        guard let button = page.tags.first(where: { $0.name == "a" && $0.attributes["id"]?.lowercased() == "downloadbutton" }) else {
            return nil
        }
        if let packed = button.attributes["data-scrambled-url"], let data = Data(base64Encoded: packed),
            let target = url.resolving(String(decoding: data, as: UTF8.self))
        {
            return target
        }
        guard let link = button.attributes["href"], link.contains("/") else { return nil }
        return url.resolving(link)
    }

    private func refusal(_ response: HTTPResponse, _ html: HTMLPage) -> Failure {
        let said = ServerAnswer.clean(html.text(ofClass: "notFoundText") ?? html.title ?? "")
        if [404, 410].contains(response.status)
            || response.isSuccess && html.tags.contains(where: { $0.attributes["class"]?.contains("notFound") == true })
        {
            return Failure(
                .notFound, "MediaFire no longer has this file.", why: said.map { "it says: \($0)" },
                hint: "check the link, or look for another copy.",
                page: page.shown)
        }
        return Failure(
            .server, "MediaFire's page has no download button that could be found (HTTP \(response.status)).",
            why: said.map { "it says: \($0)" },
            hint: "open it in a browser, and paste the link that the button leads to.", page: page.shown)
    }
}
