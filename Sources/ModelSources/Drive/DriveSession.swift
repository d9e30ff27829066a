internal import FetchTypes
internal import ModelReference

/// Google Drive's pages, at Google's hosts or at the endpoint that replaces them: from a file's number to the answer that is the file.
struct DriveSession: Sendable {
    /// The answer that is the file: it has a `Content-Disposition`.
    struct Answer: Sendable {
        var link: ByteLink
        /// As the header says it.
        var name: String?
    }

    /// Some pages lack their form when the client does not look like a browser.
    static let headers: [(name: String, value: String)] = [
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36")
    ]
    static let exports = ["document": "docx", "spreadsheets": "xlsx", "presentation": "pptx"]
    private static let hosts: Set<String> = ["drive.google.com", "docs.google.com", "drive.usercontent.google.com"]
    /// Redirects and pages together.
    private static let longestWay = 12

    let context: SourceContext
    let endpoint: WebURL?

    /// Where a request for a path of one of Google's hosts goes.
    func url(_ path: String, host: String = "drive.google.com") throws(Failure) -> WebURL {
        try EndpointURL.join(endpoint ?? WebURL("https://\(host)")!, path, variable: "FETCHCTL_GDRIVE_ENDPOINT")
    }

    func start(_ id: String, _ resourceKey: String?) throws(Failure) -> WebURL {
        try url("/uc?id=\(id)&export=download" + key(resourceKey))
    }

    func export(_ id: String, _ document: DriveReference.Document, _ resourceKey: String?) throws(Failure) -> WebURL {
        try url("/\(document.kind)/d/\(id)/export?format=\(document.format)" + key(resourceKey), host: "docs.google.com")
    }

    private func key(_ resourceKey: String?) -> String { resourceKey.map { "&resourcekey=" + $0.percentEncoded() } ?? "" }

    /// Whether the way to a file may lead there.
    func isOwn(_ url: WebURL) -> Bool {
        if let endpoint { return url.origin == endpoint.origin }
        return url.scheme == "https" && url.port == 443 && (Self.hosts.contains(url.host) || url.host.hasSuffix(".googleusercontent.com"))
    }

    var policy: RedirectPolicy { RedirectPolicy(start: endpoint ?? WebURL("https://drive.google.com")!) }

    /// Goes from page to page until an answer has a `Content-Disposition`: neither status nor size tells a file from a page.
    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func open(_ start: WebURL, _ subject: DriveSubject) async throws -> Answer {
        var cookies = FlowCookies(domains: ["google.com", "googleusercontent.com"])
        var url = start
        var seen: Set<WebURL> = []
        for _ in 0..<Self.longestWay {
            var response = try await ask(url, &cookies, range: HTTPRange(first: 0, last: 0))
            if response.status == 206, response.isHTML, response.headers["Content-Disposition"] == nil {
                response = try await ask(url, &cookies, range: nil)
            }
            if let location = response.location {
                let next = try policy.target(from: url, location: location)
                if subject.isSignIn(next) { throw subject.isPrivate(said: nil) }
                guard isOwn(next) else { throw subject.leadsElsewhere(next) }
                url = try exported(next, subject) ?? next
                continue
            }
            let isEmpty = response.status == 416 && response.totalLength == 0
            if let disposition = response.headers["Content-Disposition"], [200, 206].contains(response.status) || isEmpty {
                return try answer(response, disposition, at: url, cookies)
            }
            // Google's own documents have no bytes under this address.
            if response.status == 500, url == start, url.path.hasSuffix("/uc") {
                url = try self.url("/open?id=\(subject.id)")
                continue
            }
            if let export = try exported(url, subject) {
                url = export
                continue
            }
            let next = try DrivePage(response, at: url).next(subject, now: context.now())
            guard isOwn(next) else { throw subject.leadsElsewhere(next) }
            guard seen.insert(next).inserted else { throw subject.goesInCircles }
            url = next
        }
        throw subject.goesInCircles
    }

    /// The export of a document whose page this is.
    private func exported(_ url: WebURL, _ subject: DriveSubject) throws(Failure) -> WebURL? {
        let parts = url.path.split(separator: "/").map(String.init)
        guard let kind = parts.first(where: { Self.exports[$0] != nil }), parts.contains("d"), parts.last != "export" else { return nil }
        return try export(subject.id, DriveReference.Document(kind: kind, format: Self.exports[kind] ?? "pdf"), subject.resourceKey)
    }

    private func ask(_ url: WebURL, _ cookies: inout FlowCookies, range: HTTPRange?) async throws -> HTTPResponse {
        let request = HTTPRequest(
            .get, url, headers: Self.headers, secretHeaders: cookies.header(for: url), range: range, maximumBody: 1 << 20, timeout: 60,
            allowsPrivateAddress: policy.allowsPrivateAddress(url))
        let response = try await context.send(request)
        cookies.take(response, from: url)
        return response
    }

    private func answer(_ response: HTTPResponse, _ disposition: String, at url: WebURL, _ cookies: FlowCookies) throws(Failure) -> Answer {
        let size = response.contentCoding == nil ? try response.declaredSize.checked(url.host, of: "the file") : nil
        let link = ByteLink(
            url: url, secretHeaders: cookies.header(for: url), headers: Self.headers, clockOffset: response.clockOffset(now: context.now()),
            size: size, etag: response.headers["ETag"],
            allowsPrivateAddress: policy.allowsPrivateAddress(url), servesRanges: response.status == 200 ? false : true)
        return Answer(link: link, name: ContentDisposition.fileName(disposition))
    }
}
