import FetchTypes

/// What may be said of a URL without asking anybody.
package enum URLText {
    /// The text as a URL, a missing scheme put in front as wget and curl do; nil for what is none of http's.
    package static func completed(_ text: String) -> String? {
        let whole = text.contains("://") ? text : "http://" + text
        return WebURL(whole) == nil ? nil : whole
    }

    /// Whether the link leads to the page about a model or a file, not to its bytes: a tool would have saved the page,
    /// and named it after that.
    package static func isPage(_ text: String) -> Bool {
        guard let url = WebURL(text) else { return true }
        let host = url.host.hasPrefix("www.") ? String(url.host.dropFirst(4)) : url.host
        if host.hasPrefix("civitai.") { return url.path.hasPrefix("/models/") || url.path.hasPrefix("/model-versions/") }
        if ["drive.google.com", "docs.google.com", "drive.usercontent.google.com"].contains(host) { return true }
        return ["mediafire.com", "pixeldrain.com"].contains(host)
    }
}
