/// Where `huggingface_hub` keeps its cache: `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, which is by
/// default `huggingface` in `$XDG_CACHE_HOME` or `~/.cache`.
package enum HubCachePath {
    /// - Returns: nil without a home.
    package static func find(_ environment: [String: String]) -> String? {
        for name in ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"] {
            if let path = environment[name], !path.isEmpty { return HubToken.expand(path, environment) }
        }
        return HubToken.home(environment).map { $0 + "/hub" }
    }
}
