import Events
import FetchTypes
import ModelSources
import Storage

/// What to attach to a bug report: the checks and the machine, without secrets.
struct DoctorReport {
    let checks: [DoctorCheck]
    let environment: [String: String]
    let settings: Settings

    /// Variables whose values say nothing secret; of all others that count, only that they are set.
    private static let shown: Set<String> = [
        "FETCHCTL_ENGINE", "FETCHCTL_LAYOUT", "FETCHCTL_CONNECTIONS", "FETCHCTL_JOBS", "FETCHCTL_ARIA2C", "HF_HUB_OFFLINE", "HF_HOME",
        "HF_HUB_CACHE", "LANG", "TERM", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "OLLAMA_MODELS",
    ]
    private static let prefixes = ["FETCHCTL_", "HF_", "HUGGING", "CIVITAI_", "GITHUB_TOKEN", "MODELSCOPE_", "OLLAMA_", "LLAMA_", "XDG_"]
    private static let proxies: Set<String> = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]

    var text: String {
        var lines = ["fetchctl \(Fetchctl.version)", "system: \(ThisProcess.system)", "", "checks:"]
        for check in checks {
            lines.append("  \(check.state.rawValue)  \(check.name): \(check.message)")
            if let hint = check.hint { lines.append("    do: \(hint)") }
        }
        lines += ["", "environment (values only where they hold no secret):"]
        for name in environment.keys.sorted() {
            if Self.shown.contains(name) {
                lines.append("  \(name)=\(ForeignText(environment[name] ?? "").description)")
            } else if Self.prefixes.contains(where: { name.hasPrefix($0) }) || Self.proxies.contains(name.lowercased()) {
                lines.append("  \(name) is \(environment[name, default: ""].isEmpty ? "set and empty" : "set")")
            }
        }
        lines += ["", "configuration:"]
        lines += Settings.keys.map { "  \($0.name) = \($0.show(settings))" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The exit code of `fetchctl doctor`: 1 when something is bad.
    static func exitCode(of checks: [DoctorCheck]) -> Int32 { checks.contains { $0.state == .bad } ? 1 : 0 }

    /// Whether the file can be written as far as that shows before.
    /// - Throws: ``Failure``: 73 when it is there already, or its folder is not.
    static func check(_ path: String) throws(Failure) {
        guard Disk.status(path) == nil else {
            throw Failure(.exists, "\(path) is there already.", why: "a report replaces nothing.", hint: "choose another name.")
        }
        let folder = Path.parent(path)
        guard Disk.followedStatus(folder)?.kind == .directory else {
            throw Failure(
                .exists, "the report cannot be written to \(path).", why: "\(folder) is no folder that is there.",
                hint: "make it: mkdir -p \(folder.shellWord), or choose another place.")
        }
    }

    /// - Throws: ``Failure`` when the file cannot be written; as ``check(_:)``.
    func write(to path: String) throws(Failure) {
        try Self.check(path)
        do {
            try Disk.replaceSecret(path, with: Array(text.utf8))
        } catch {
            throw error.failure
        }
    }
}
