internal import FetchTypes

/// Which file or folder of Google Drive it is about, for URLs and messages.
struct DriveSubject: Sendable {
    var id: String
    var resourceKey: String?
    var isFolder = false

    /// `file 1a2b…`
    var name: String { (isFolder ? "folder " : "file ") + id }

    var page: String {
        let key = resourceKey.map { "?resourcekey=" + $0.percentEncoded() } ?? ""
        return "https://drive.google.com/" + (isFolder ? "drive/folders/\(id)" : "file/d/\(id)/view") + key
    }

    /// The reference that leads here again.
    var pinned: String { isFolder || resourceKey != nil ? page : "gdrive:\(id)" }

    func isSignIn(_ url: WebURL) -> Bool {
        url.host == "accounts.google.com" || url.path.contains("/ServiceLogin") || url.path.contains("/InteractiveLogin")
    }

    func isPrivate(said: String?) -> Failure {
        Failure(
            .needsLogin, "Google Drive shows \(name) only to people whom it is shared with.",
            why: said.map { "it says: \($0)" } ?? "it asks for a sign-in, which fetchctl has no way to do.",
            hint: "have it shared with \"Anyone with the link\", and give the whole link (a resourcekey= in it counts).", page: page)
    }

    func overQuota(said: String?) -> Failure {
        Failure(
            .rateLimited, "Google Drive does not hand out \(name) just now: its download quota is used up.",
            why: said.map { "it says: \($0)" } ?? "too many people have fetched it lately.",
            hint: "try again later (it takes up to 24 hours), or copy it into a Drive of your own and share that.", page: page)
    }

    func notFound(said: String?) -> Failure {
        Failure(
            .notFound, "Google Drive has no \(name).", why: said.map { "it says: \($0)" },
            hint: "check the link: the id is the part behind /d/ or /folders/.", page: page)
    }

    func unclear(status: Int, said: String?) -> Failure {
        Failure(
            .server, "Google Drive answered with a page instead of \(name).",
            why: said.map { "it says: \($0)" } ?? "HTTP \(status), and nothing in it leads to the file.",
            hint: "open \(page) in a browser to see what it asks for.", page: page)
    }

    func leadsElsewhere(_ url: WebURL) -> Failure {
        Failure(
            .server, "Google Drive sends on to \(url.host) for \(name), which is no place for its files.",
            hint: "open the link in a browser to see what it says.", page: page)
    }

    var goesInCircles: Failure {
        Failure(
            .server, "Google Drive leads from page to page and never to \(name).", why: "its form was sent as it was, and came back.",
            hint: "open \(page) in a browser to see what it asks for.", page: page)
    }
}
