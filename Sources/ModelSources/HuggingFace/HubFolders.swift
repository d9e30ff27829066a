/// Where `huggingface_hub` keeps things, and what else its environment variables say.
package enum HubFolders {
    /// The cache: `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, in `$XDG_CACHE_HOME/huggingface`, or in
    /// `~/.cache/huggingface`. May be relative to the current directory.
    /// - Returns: nil when there is not even a home.
    package static func cache(_ environment: [String: String]) -> String? {
        func path(_ name: String) -> String? {
            guard let value = environment[name], !value.isEmpty else { return nil }
            return HubToken.expand(value, environment)
        }
        return path("HF_HUB_CACHE") ?? path("HUGGINGFACE_HUB_CACHE") ?? HubToken.home(environment).map { $0 + "/hub" }
    }

    /// A path with a leading `~` and `$NAME` as Python's `expanduser` and `expandvars` read them.
    package static func expand(_ path: String, _ environment: [String: String]) -> String { HubToken.expand(path, environment) }

    /// Whether its commands show no progress: `HF_HUB_DISABLE_PROGRESS_BARS`.
    package static func hidesProgress(_ environment: [String: String]) -> Bool {
        HubToken.isTrue(environment["HF_HUB_DISABLE_PROGRESS_BARS"])
    }

    /// Whether snapshots may point to blobs: `HF_HUB_DISABLE_SYMLINKS` says no.
    package static func mayLink(_ environment: [String: String]) -> Bool { !HubToken.isTrue(environment["HF_HUB_DISABLE_SYMLINKS"]) }

    /// The variable that forbids asking the Hub; nil when none does.
    package static func offline(_ environment: [String: String]) -> String? {
        ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].first { HubToken.isTrue(environment[$0]) }
    }
}
