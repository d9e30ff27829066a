package import FetchTypes

/// What a tool calls a file that its line does not name.
package enum NameRule: Sendable, Equatable {
    /// The server's name, else the last part of the final URL, decoded; `index.html` for none.
    case aria2
    /// The last part of the URL and its query; the final URL's where `followsRedirects`, and the server's name first where
    /// `asksServer`.
    case wget(url: String, asksServer: Bool, followsRedirects: Bool)
    /// curl's `-J`: the server's name, else the last part of the typed URL, as it is written there.
    case curl(url: String)
    /// As the source publishes it.
    case published
    /// This, whatever the server says.
    case typed(String)

    /// - Returns: nil when there is none.
    package func name(_ served: ServedName) -> String? {
        // A service that publishes names has been asked for its own page or API: where that is leads to no name.
        switch self {
        case .aria2: served.given ?? served.url.map { Self.decoded(Self.lastPart($0), "index.html") } ?? Self.last(served.path)
        case .wget(let url, let asksServer, let followsRedirects):
            (asksServer ? served.given.flatMap(Self.bare) : nil)
                ?? (followsRedirects ? served.url : nil).map(Self.wget)
                ?? (URLText.isPage(url) ? Self.last(served.path) : WebURL(url).map(Self.wget))
        case .curl(let url): served.plain.flatMap(Self.bare) ?? Self.curl(url)
        case .published: Self.last(served.path)
        case .typed(let name): name
        }
    }

    private static func last(_ path: String) -> String? { path.split(separator: "/").last.map(String.init) }

    /// Of a path that a server sends for a name, wget and curl keep what follows the last slash of either kind.
    private static func bare(_ given: String) -> String? {
        given.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last.flatMap {
            $0.isEmpty ? nil : String($0)
        }
    }

    /// The last part of a URL's path, as it is written; empty behind a slash.
    private static func lastPart(_ url: WebURL) -> String {
        url.path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(url.path[url.path.utf8.index(after: $0)...]) } ?? url.path
    }

    private static func decoded(_ part: String, _ fallback: String) -> String {
        part.isEmpty ? fallback : kept(part.percentDecoded ?? part)
    }

    /// What may not be in a name stays encoded, as wget and aria2 have it.
    private static func kept(_ text: String) -> String {
        String(
            text.unicodeScalars.flatMap { scalar -> [Character] in
                guard scalar == "/" || scalar.value < 0x20 || scalar.value == 0x7f else { return [Character(scalar)] }
                let digits = String(scalar.value, radix: 16, uppercase: true)
                return Array("%" + (digits.count < 2 ? "0" : "") + digits)
            })
    }

    /// wget's name: `x.bin?type=Model`; a slash in the query is `%2F`.
    ///
    /// Tokens and signatures are left out: a name is for everybody to see.
    static func wget(_ url: WebURL) -> String {
        let bare = url.removingQueryItems(["token", "access_token", "key", "api_key", "Signature", "X-Amz-Signature", "sig"])
        guard bare.query == url.query || bare.queryItems.count < 3 else { return wget(WebURL(url.redacted) ?? bare) }
        return decoded(lastPart(bare), "index.html") + (bare.query.map { "?" + kept($0.percentDecoded ?? $0) } ?? "")
    }

    /// curl's `-O`: as it was typed, without the query; nil behind a slash, which curl refuses.
    static func curl(_ typed: String) -> String? {
        guard let encoded = WebURL(typed).map(lastPart), !encoded.isEmpty else { return nil }
        // What no URL may hold has been encoded in there; curl does that for the server alone.
        let path = typed.unicodeScalars.prefix { $0 != "?" && $0 != "#" }
        guard path.contains(where: { !$0.isASCII }), let part = path.split(separator: "/").last else { return encoded }
        return String(part)
    }
}
