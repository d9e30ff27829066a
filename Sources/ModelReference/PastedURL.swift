import FetchTypes

/// A link, with or without its scheme, on its way to the service that it belongs to.
struct PastedURL {
    static let hubHosts: Set<String> = ["huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co"]
    static let driveHosts: Set<String> = ["drive.google.com", "docs.google.com", "drive.usercontent.google.com"]
    static let gitHubHosts: Set<String> = ["github.com", "www.github.com", "raw.githubusercontent.com", "media.githubusercontent.com"]
    static let modelScopeHosts: Set<String> = ["modelscope.cn", "www.modelscope.cn"]
    static let ollamaHosts: Set<String> = ["ollama.com", "www.ollama.com"]
    static let civitaiHosts = Set(
        ["civitai.com", "civitai.red", "civitai.green", "civitai.blue"].flatMap { [$0, "www." + $0, "api." + $0] })

    let url: WebURL
    let typed: TypedText
    let endpoints: ServiceEndpoints

    /// - Returns: nil when the text is not a link.
    /// - Throws: ``Failure`` when it begins like one but cannot be one.
    init?(_ typed: TypedText, _ endpoints: ServiceEndpoints) throws(Failure) {
        let start = typed.text.prefix { !":/?#".contains($0) }.lowercased()
        let isWhole = ["http", "https"].contains(start) && typed.text.dropFirst(start.count).hasPrefix("://")
        let known = [Self.civitaiHosts, Self.hubHosts, Self.driveHosts, Self.gitHubHosts, Self.modelScopeHosts, Self.ollamaHosts]
        guard isWhole || known.contains(where: { $0.contains(start) }) else { return nil }
        guard let url = WebURL(isWhole ? typed.text : "https://" + typed.text) else {
            throw typed.refused(
                "it is a link, but its host or port is not one.",
                hint: "write https://host/path/file, as the browser's address line shows it; a name outside ASCII in its xn-- form.")
        }
        self.url = url
        self.typed = typed
        self.endpoints = endpoints
    }

    func parse() throws(Failure) -> ParsedReference {
        if let place = place(Self.civitaiHosts, endpoints.civitai) {
            if let found = try CivitaiURLForms.parse(place, typed) {
                return ParsedReference(.civitai(found), shown: url.removingQueryItems(["token"]).shown)
            }
            if !place.isStandIn { throw CivitaiURLForms.refusal(typed) }
        }
        if let place = place(Self.driveHosts, endpoints.googleDrive) {
            if let found = try DriveForms.parse(place, typed) { return ParsedReference(found, shown: url.shown) }
            if !place.isStandIn { throw DriveForms.refusal(typed) }
        }
        if let place = place(Self.hubHosts, endpoints.huggingFace) {
            // The Hub's links carry nothing in their query that says which file is meant.
            if let found = try HubURLForms.parse(place, typed) { return ParsedReference(.huggingFace(found), shown: url.redacted) }
            if !place.isStandIn {
                throw typed.refused(
                    "the link leads to Hugging Face, but to no repo, file or folder.",
                    hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file.")
            }
        }
        if let place = place(Self.gitHubHosts, endpoints.gitHub) {
            if let found = try GitHubForms.parse(place, typed, endpoints.gitHub) { return ParsedReference(found, shown: url.shown) }
            if !place.isStandIn { throw GitHubForms.refusal(typed) }
        }
        if let place = place(Self.modelScopeHosts, endpoints.modelScope), let found = try ModelScopeForms.parse(place, typed) {
            return ParsedReference(.modelScope(found), shown: url.shown)
        }
        if let place = place(Self.ollamaHosts, nil), let found = try OllamaForms.parse(place, typed) {
            return ParsedReference(.ollama(found), shown: url.redacted)
        }
        return ParsedReference(.direct(try DirectForms.rewrite(url, typed)), shown: url.shown)
    }

    /// Where in a service the link leads: one of its own hosts on the usual port, or below the endpoint that replaces it.
    private func place(_ hosts: Set<String>, _ endpoint: WebURL?) -> ServicePlace? {
        let isUsualPort = url.port == (url.scheme == "https" ? 443 : 80)
        if hosts.contains(url.host), isUsualPort { return ServicePlace(url: url, path: url.path[...], isStandIn: false) }
        guard let endpoint, endpoint.origin == url.origin else { return nil }
        let base = endpoint.path.hasSuffix("/") ? String(endpoint.path.dropLast()) : endpoint.path
        guard url.path.hasPrefix(base + "/") else { return nil }
        return ServicePlace(url: url, path: url.path.dropFirst(base.count), isStandIn: true)
    }
}

/// A link's path below a service's root.
struct ServicePlace {
    let url: WebURL
    /// The path's parts without empty ones, still percent-encoded.
    let parts: [Substring]
    /// Whether the origin is a configured endpoint rather than the service's own: other things may be served there too.
    let isStandIn: Bool

    init(url: WebURL, path: Substring, isStandIn: Bool) {
        self.url = url
        parts = path.split(separator: "/")
        self.isStandIn = isStandIn
    }

    /// The first value of a query parameter, whatever the case of its name.
    func value(_ name: String) -> String? {
        url.queryItems.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
