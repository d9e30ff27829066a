import FetchTypes

/// Links whose form says that `add` and a plain HTTP tool get the same bytes from them.
enum FileLink {
    /// Endings of pages and programs: an HTTP tool keeps whatever they answer, `add` refuses a page.
    private static let pages: Set<String> = ["", "html", "htm", "php", "asp", "aspx", "jsp", "cgi"]
    /// Services whose links `add` reads by rules of its own.
    private static let services = [
        "modelscope.cn", "modelscope.ai", "ollama.com", "ollama.ai", "mediafire.com", "pixeldrain.com", "dropbox.com", "gitlab.com",
        "kaggle.com",
    ]

    /// - Parameter text: a link whose host is known; its path may hold stand-ins.
    static func isFile(_ text: String) -> Bool {
        guard let url = WebURL(text) else { return false }
        let host = url.host.hasPrefix("www.") ? String(url.host.dropFirst(4)) : url.host
        switch host {
        case "huggingface.co", "hf.co": return url.path.contains("/resolve/")
        case "drive.google.com", "docs.google.com", "drive.usercontent.google.com": return !url.path.contains("/folders")
        case "github.com":
            return url.path.contains("/releases/download/") || url.path.contains("/raw/") || url.path.contains("/blob/")
        case _ where host.hasPrefix("civitai."): return url.path.hasPrefix("/api/download/")
        case _ where services.contains { host == $0 || host.hasSuffix("." + $0) }: return false
        default:
            let name = url.path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
            guard let dot = name.lastIndex(of: ".") else { return false }
            return !pages.contains(name[name.index(after: dot)...].lowercased())
        }
    }
}
