import FetchTypes
import JSONText

/// How a command of huggingface_hub prints where things are.
package struct HubResult: Sendable, Equatable {
    package enum Form: Sendable, Equatable {
        /// A line for the eye, and the path under it.
        case human
        /// `path=…`
        case agent
        /// `{"path": "…"}`
        case json
        /// The path alone.
        case path
    }

    /// The folder as typed, from which a path was built that is relative where the folder is.
    package struct Folder: Sendable, Equatable {
        var typed: String
        /// Without `./` and slashes that mean nothing.
        var isTidied: Bool
    }

    package var form: Form
    /// Nil: paths are absolute.
    package var folder: Folder?

    package init(_ form: Form) { self.form = form }

    /// - Parameters:
    ///   - path: where the file or the folder is, absolute.
    ///   - absolute: makes a path absolute.
    /// - Returns: the text without its last line end.
    package func text(_ path: String, absolute: (String) -> String) -> String {
        let path = shown(path, absolute)
        switch form {
        case .human: return "✓ Downloaded\n  path: \(path)"
        case .agent: return "path=\(path)"
        case .json: return "{\"path\": \"\(path.jsonContent())\"}"
        case .path: return path
        }
    }

    private func shown(_ path: String, _ absolute: (String) -> String) -> String {
        guard let folder else { return path }
        let base = absolute(folder.typed)
        let isUnder = path.hasPrefix(base == "/" ? base : base + "/")
        guard !folder.typed.hasPrefix("/"), isUnder else { return path }
        let rest = String(decoding: path.utf8.dropFirst(base == "/" ? 1 : base.utf8.count + 1), as: UTF8.self)
        var start = folder.typed
        if folder.isTidied { start = start.split(separator: "/").filter { $0 != "." }.joined(separator: "/") }
        while start.hasSuffix("/") { start.removeLast() }
        return start.isEmpty ? rest : start + "/" + rest
    }
}
