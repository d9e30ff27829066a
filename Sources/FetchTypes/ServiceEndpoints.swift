/// Where the services are: their own hosts, or what the environment puts in their place.
///
/// A service's credentials go to its endpoint and to nothing outside it.
package struct ServiceEndpoints: Sendable, Equatable {
    /// `HF_ENDPOINT`, default `https://huggingface.co`. Without trailing slash.
    package var huggingFace: WebURL
    /// `FETCHCTL_CIVITAI_ENDPOINT`; nil: CivitAI's own hosts, as the reference names them.
    package var civitai: WebURL?
    package var googleDrive: WebURL?
    /// Also a GitHub Enterprise Server: its API is below `/api/v3`, its raw files below `/raw` and `/media`.
    package var gitHub: WebURL?
    package var modelScope: WebURL?
    /// The registry, not the site.
    package var ollama: WebURL?

    /// - Throws: ``Failure`` of kind `config` that names the variable when a value is no http(s) URL.
    package init(environment: [String: String]) throws(Failure) {
        huggingFace = try Self.endpoint("HF_ENDPOINT", environment) ?? WebURL("https://huggingface.co")!
        civitai = try Self.endpoint("FETCHCTL_CIVITAI_ENDPOINT", environment)
        googleDrive = try Self.endpoint("FETCHCTL_GDRIVE_ENDPOINT", environment)
        gitHub = try Self.endpoint("FETCHCTL_GITHUB_ENDPOINT", environment)
        modelScope = try Self.endpoint("FETCHCTL_MODELSCOPE_ENDPOINT", environment)
        ollama = try Self.endpoint("FETCHCTL_OLLAMA_ENDPOINT", environment)
    }

    /// Whether the user has put a service at that origin.
    package func includes(_ url: WebURL) -> Bool {
        [huggingFace, civitai, googleDrive, gitHub, modelScope, ollama].contains { $0?.origin == url.origin }
    }

    private static func endpoint(_ name: String, _ environment: [String: String]) throws(Failure) -> WebURL? {
        guard var text = environment[name], !text.isEmpty else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = WebURL(text) else {
            throw Failure(
                .config, "the environment variable \(name) is not a usable endpoint.",
                why: "it must be an http or https URL.", hint: "set it to an address such as https://example.com, or unset \(name).")
        }
        return url
    }
}
