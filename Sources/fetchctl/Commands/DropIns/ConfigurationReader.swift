import DropIns
import Storage

/// Reads what a replaced tool would read before its line.
struct ConfigurationReader {
    let environment: [String: String]

    private static let longest = 1 << 20

    /// Words that precede those of the line.
    /// - Throws: ``DropIns/ToolConfiguration/Strange`` when only the tool itself knows what they mean.
    func words(_ tool: DropInTool, _ arguments: [String]) throws(ToolConfiguration.Strange) -> [String] {
        switch tool {
        case .curl:
            // Said first, and only there, it keeps curl from its file.
            if let first = arguments.first, first.hasPrefix("-q") || first == "--disable" { return [] }
            return ToolConfiguration.curl(curlPaths.lazy.compactMap(text).first ?? "")
        case .wget:
            let named = arguments.last { $0.hasPrefix("--config=") }.map { String($0.dropFirst(9)) }
            if arguments.contains("--no-config") { return [] }
            if let named { return try ToolConfiguration.wget(text(named) ?? "") }
            let own = environment["WGETRC"].flatMap { $0.isEmpty ? nil : $0 } ?? environment["HOME"].map { Path.join($0, ".wgetrc") }
            return try ToolConfiguration.wget([text("/etc/wgetrc"), own.flatMap(text)].compactMap(\.self).joined(separator: "\n"))
        default: return []
        }
    }

    /// In the order in which curl looks; the first that is there counts.
    private var curlPaths: [String] {
        [("CURL_HOME", ".curlrc"), ("XDG_CONFIG_HOME", "curlrc"), ("HOME", ".curlrc"), ("HOME", ".config/curlrc")].compactMap {
            name, file in
            environment[name].flatMap { $0.isEmpty ? nil : Path.join($0, file) }
        }
    }

    private func text(_ path: String) -> String? {
        Disk.text(path, limit: Self.longest, onlyFiles: true)
    }
}
