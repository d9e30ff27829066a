internal import FetchTypes

/// Where the answers of `GET /api/download/models/{version}` lead.
enum CivitaiDownload {
    /// Where a redirect of the download endpoint leads.
    enum Destination: Equatable {
        case bytes
        /// The login page, which browsers are sent to.
        case login
        /// The version's page: early access that was not bought.
        case page
    }

    static func destination(_ url: WebURL, isOwn: Bool) -> Destination {
        if url.host == "auth.civitai.com" || url.queryValue("reason") == "download-auth" || isOwn && url.path.hasPrefix("/login") {
            return .login
        }
        // An endpoint may keep files below such a path as well: a page's has a number next.
        let parts = url.path.split(separator: "/")
        let isPage =
            parts.count >= 2 && ["model-versions", "models"].contains(parts[0]) && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isOwn && isPage && SignedLink.expires(of: url) == nil ? .page : .bytes
    }
}
