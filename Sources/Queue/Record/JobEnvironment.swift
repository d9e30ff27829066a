/// Which variables of a command's environment belong to its job.
package enum JobEnvironment {
    /// What is written down: the way to the network, folders, endpoints, and configuration keys, but no secret and nothing that is
    /// the worker's own.
    package static func kept(_ environment: [String: String]) -> [String: String] {
        environment.filter { isKept($0.key) && !isSecret($0.key, $0.value) }
    }

    /// What the job needs and what must not be written down: tokens, and proxies and endpoints with a password. It goes to the
    /// worker in memory.
    package static func secrets(_ environment: [String: String]) -> [String: String] {
        environment.filter { !$0.value.isEmpty && (tokens.contains($0.key) || isKept($0.key) && isSecret($0.key, $0.value)) }
    }

    /// The services' tokens, in the variables that are read.
    package static let tokens: Set<String> = [
        "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_OIDC_ID_TOKEN", "CIVITAI_API_TOKEN", "CIVITAI_TOKEN", "CIVITAI_API_KEY",
        "GITHUB_TOKEN", "MODELSCOPE_API_TOKEN",
    ]

    private static let names: Set<String> = [
        "HOME", "PATH", "TMPDIR", "LANG", "LC_ALL", "NETRC", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "CURL_CA_BUNDLE",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "TRANSFORMERS_OFFLINE",
        // Where programs keep models.
        "HUGGINGFACE_HUB_CACHE", "LLAMA_CACHE", "OLLAMA_MODELS",
        // The path of a file with a token, not the token.
        "HF_TOKEN_PATH", "HF_HUB_DISABLE_IMPLICIT_TOKEN",
    ]

    /// What belongs to the worker, or to one process alone.
    private static let notTheJobs: Set<String> = [
        "FETCHCTL_STATE_DIR", "FETCHCTL_JOBS", "FETCHCTL_BINARY", "FETCHCTL_HANDED_OVER", "FETCHCTL_TYPED_TOKEN",
    ]

    private static func isKept(_ name: String) -> Bool {
        if names.contains(name) || proxies.contains(name.lowercased()) { return true }
        if notTheJobs.contains(name) || namesSecret(name) { return false }
        return name.hasPrefix("FETCHCTL_") || name.hasPrefix("HF_")
    }

    private static let proxies: Set<String> = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]

    private static func namesSecret(_ name: String) -> Bool {
        ["TOKEN", "SECRET", "PASSW", "API_KEY", "OIDC"].contains { name.contains($0) }
    }

    /// Whether a value has user information of a URL in it: `http://user:password@proxy:3128`, `user:password@proxy`.
    private static func isSecret(_ name: String, _ value: String) -> Bool {
        guard value.contains("@") else { return false }
        return proxies.contains(name.lowercased()) || value.contains("://")
    }
}
