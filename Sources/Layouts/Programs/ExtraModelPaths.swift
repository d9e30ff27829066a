package import FetchTypes
import ModelSources
import Storage

/// `extra_model_paths.yaml` in ComfyUI's root: further folders for models, as ComfyUI itself reads it.
package struct ExtraModelPaths: Sendable, Equatable {
    /// Every folder by ComfyUI's name for its kind (`checkpoints`), absolute, in the order of looking; the usual ones are not in it.
    package private(set) var folders: [String: [String]] = [:]
    /// Where a kind's new files go: the folder that precedes the usual ones (`is_default`).
    package private(set) var defaults: [String: String] = [:]

    package init() {}

    /// - Parameter root: ComfyUI's own folder.
    /// - Throws: ``Failure`` of kind `config` that names the line.
    package static func read(root: String, environment: [String: String]) throws(Failure) -> ExtraModelPaths {
        let path = Path.join(root, "extra_model_paths.yaml")
        guard let bytes = Disk.contents(path, limit: 1 << 20, onlyFiles: true) else { return ExtraModelPaths() }
        let text = String(decoding: ByteOrderMark.removed(from: bytes), as: UTF8.self)
        return try ExtraModelPaths(text, file: path, environment: environment)
    }

    /// - Parameter file: where the text is: relative paths begin in its folder.
    package init(_ text: String, file: String, environment: [String: String]) throws(Failure) {
        for section in try YAMLSections(text, file: file).sections {
            let base = section.values["base_path"].map { base in
                Path.absolute(Path.join(Path.parent(file), Self.expand(base, environment)))
            }
            let isDefault = ["true", "yes", "on"].contains(section.values["is_default"]?.lowercased() ?? "")
            for (name, value) in section.order where name != "base_path" && name != "is_default" {
                for line in value.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) {
                    let path = Path.absolute(Path.join(base ?? Path.parent(file), String(line)))
                    add(path, Self.modern[name] ?? name, isDefault)
                }
            }
        }
    }

    /// Older names of folders.
    private static let modern = ["unet": "diffusion_models", "clip": "text_encoders"]

    private mutating func add(_ path: String, _ name: String, _ isDefault: Bool) {
        var known = folders[name, default: []].filter { $0 != path }
        if isDefault {
            known.insert(path, at: 0)
            defaults[name] = path
        } else if !folders[name, default: []].contains(path) {
            known.append(path)
        } else {
            return
        }
        folders[name] = known
    }

    /// A leading `~` and `$NAME`, as Python's `expanduser` and `expandvars` have it.
    private static func expand(_ path: String, _ environment: [String: String]) -> String { HubFolders.expand(path, environment) }
}
