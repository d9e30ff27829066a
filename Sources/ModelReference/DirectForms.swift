import FetchTypes

/// Links to no service of ours: downloaded as they are, but for a few hosts whose page has a known file behind it.
enum DirectForms {
    static func rewrite(_ url: WebURL, _ typed: TypedText) throws(Failure) -> WebURL {
        try refuseUnsupported(url, typed)
        let host = url.host.hasPrefix("www.") ? String(url.host.dropFirst(4)) : url.host
        switch host {
        case "dropbox.com": return dropbox(url)
        case "pixeldrain.com": return try pixeldrain(url, typed)
        default: return url
        }
    }

    /// `dl=1` asks for the file where `dl=0`, or nothing, asks for its page; `rlkey` and `st` stay.
    private static func dropbox(_ url: WebURL) -> WebURL {
        let isShared = ["/s/", "/scl/", "/sh/"].contains { url.path.hasPrefix($0) }
        guard isShared, url.queryValue("raw") != "1" else { return url }
        let rest = url.removingQueryItems(["dl"])
        return WebURL(rest.string + (rest.query.map { $0.isEmpty ? "" : "&" } ?? "?") + "dl=1") ?? url
    }

    private static func pixeldrain(_ url: WebURL, _ typed: TypedText) throws(Failure) -> WebURL {
        let parts = url.path.split(separator: "/")
        guard parts.count == 2, parts[1].isMade(of: "-_") else { return url }
        if parts[0] == "l" {
            throw unsupported(
                typed, "a pixeldrain list is not supported.", why: "it is a list of files, and its link names none of them.",
                hint: "open the list and paste the link of one file (/u/ID).")
        }
        return parts[0] == "u" ? WebURL("\(url.origin)/api/file/\(parts[1])?download") ?? url : url
    }

    private static func refuseUnsupported(_ url: WebURL, _ typed: TypedText) throws(Failure) {
        let elsewhere = "look for the file at Hugging Face, CivitAI or Google Drive, or behind a plain https:// link."
        func belongs(_ hosts: String...) -> Bool { hosts.contains { url.host == $0 || url.host.hasSuffix("." + $0) } }
        if belongs("mega.nz", "mega.co.nz", "mega.io") {
            throw unsupported(
                typed, "MEGA links are not supported.", why: "MEGA serves encrypted pieces that only its own programs put together.",
                hint: elsewhere)
        }
        if belongs("1drv.ms", "onedrive.live.com", "onedrive.com") || url.host.hasSuffix("-my.sharepoint.com") {
            throw unsupported(
                typed, "OneDrive links are not supported.", why: "a OneDrive link leads to a page, and the file behind it needs a session.",
                hint: elsewhere)
        }
    }

    private static func unsupported(_ typed: TypedText, _ message: String, why: String, hint: String) -> Failure {
        Failure(.usage, message, why: why, hint: hint, code: .unavailable)
    }
}
