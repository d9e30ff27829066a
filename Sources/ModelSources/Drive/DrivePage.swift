internal import FetchTypes

/// A page that Google Drive shows in place of a file: the warning that a large one was not scanned, or why there is none.
struct DrivePage {
    private let response: HTTPResponse
    private let url: WebURL
    private let text: String
    private let page: HTMLPage

    init(_ response: HTTPResponse, at url: WebURL) {
        self.response = response
        self.url = url
        text = String(decoding: response.body, as: UTF8.self)
        page = HTMLPage(text)
    }

    /// Where the page leads.
    /// - Throws: ``Failure`` or ``TransientRefusal`` when it leads nowhere.
    func next(_ subject: DriveSubject, now: Double) throws -> WebURL {
        if let form { return form }
        // Older pages have a link, or a script that knows the address.
        let link = page.tags.lazy.compactMap { $0.attributes["href"] }.first { $0.hasPrefix("/uc?export=download") }
        if let next = link.flatMap(url.resolving) ?? scripted { return next }
        throw refusal(subject, now: now)
    }

    /// The address that submitting the download form leads to: all its hidden fields, as they are.
    private var form: WebURL? {
        guard let start = page.tags.firstIndex(where: { $0.name == "form" && $0.attributes["id"] == "download-form" }),
            let action = page.tags[start].attributes["action"].flatMap(url.resolving)
        else { return nil }
        var fields: [(String, String)] = []
        for tag in page.tags[start...].dropFirst() {
            if tag.name == "/form" { break }
            guard tag.name == "input", let name = tag.attributes["name"], tag.attributes["type"]?.lowercased() ?? "hidden" == "hidden"
            else {
                continue
            }
            fields.append((name, tag.attributes["value"] ?? ""))
        }
        // A field of the form wins over one of the same name in its address.
        let base = action.removingQueryItems(Set(fields.map(\.0)))
        let query = fields.map { "\($0.0.percentEncoded())=\($0.1.percentEncoded())" }.joined(separator: "&")
        guard !query.isEmpty else { return base }
        return WebURL(base.string + (base.query.map { $0.isEmpty ? "" : "&" } ?? "?") + query)
    }

    private var scripted: WebURL? {
        let mark = "\"downloadUrl\":\""
        guard let start = text.firstRange(of: mark) else { return nil }
        let raw = text[start.upperBound...].prefix { $0 != "\"" }
        return WebURL(String(raw).replacing("\\u003d", with: "=").replacing("\\u0026", with: "&").replacing("\\/", with: "/"))
    }

    private func refusal(_ subject: DriveSubject, now: Double) -> any Error {
        let title = page.title ?? ""
        let caption = page.text(ofClass: "uc-error-subcaption") ?? page.text(ofClass: "uc-error-caption")
        let said = ServerAnswer.clean(caption ?? title)
        let words = (title + " " + (page.text(ofClass: "uc-error-caption") ?? "") + " " + (caption ?? "")).lowercased()
        if words.contains("quota") || words.contains("too many users") { return subject.overQuota(said: said) }
        if response.status == 404 || words.contains("not found") || words.contains("does not exist") { return subject.notFound(said: said) }
        if [401, 403].contains(response.status)
            || ["sign in", "sign-in", "access denied", "need access", "need permission"].contains(where: words.contains)
        {
            return subject.isPrivate(said: said)
        }
        if ServerAnswer.isTransient(response) { return ServerAnswer.refusal(response, service: "Google Drive", said: said, now: now) }
        return subject.unclear(status: response.status, said: said)
    }
}
