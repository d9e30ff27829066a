import ModelSources

/// The environment's variables that are fetchctl's own, to find those that are misspelt.
enum DoctorVariables {
    /// Those of configuration keys are in ``Settings/keys``.
    static let others: Set<String> = [
        "FETCHCTL_ARIA2C", "FETCHCTL_ARIA2_CONF", "FETCHCTL_BINARY", "FETCHCTL_CIVITAI_ENDPOINT", "FETCHCTL_CONFIG",
        "FETCHCTL_FLEET_SECRET", "FETCHCTL_GDRIVE_ENDPOINT", "FETCHCTL_GITHUB_ENDPOINT", "FETCHCTL_HANDED_OVER",
        "FETCHCTL_MODELSCOPE_ENDPOINT",
        "FETCHCTL_OLLAMA_ENDPOINT", "FETCHCTL_STATE_DIR", "FETCHCTL_TYPED_TOKEN",
        // What hooks are told.
        "FETCHCTL_BYTES", "FETCHCTL_CODE", "FETCHCTL_JOB", "FETCHCTL_PATHS", "FETCHCTL_REFS", "FETCHCTL_STATE",
    ]

    static var known: Set<String> { others.union(Settings.keys.map { "FETCHCTL_" + $0.name.uppercased() }) }

    /// Names of ours that mean nothing, sorted.
    static func unknown(in environment: [String: String]) -> [String] {
        environment.keys.filter { $0.hasPrefix("FETCHCTL_") && !known.contains($0) }.sorted()
    }

    /// The known name that was probably meant; nil where none is near.
    static func nearest(to name: String) -> String? { SpellingSuggestions.of(name, in: known.sorted(), limit: 1).first }
}
