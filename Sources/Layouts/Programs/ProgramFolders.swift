package import FetchTypes
import JSONText
import ModelSources
import Storage

/// Where programs look for their models, by their own rules.
package enum ProgramFolders {
    /// The folder of a layout that has one of its own, absolute; nil for the others, and where there is no home.
    /// - Throws: ``Failure`` of kind `config` where the program's own settings cannot be read: it looks in a place that is not known.
    package static func folder(of layout: Layout, _ environment: [String: String]) throws(Failure) -> String? {
        let folder: String? =
            switch layout {
            case .llamaCpp: llamaCpp(environment)
            case .lmStudio: try lmStudio(environment)
            case .ollama: ollama(environment)
            default: nil
            }
        return folder.map(Path.absolute)
    }

    /// llama.cpp: the first of these variables that is set and not empty.
    package static func llamaCpp(_ environment: [String: String]) -> String? {
        let rules = [
            ("LLAMA_CACHE", ""), ("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub"),
            ("XDG_CACHE_HOME", "huggingface/hub"), ("HOME", ".cache/huggingface/hub"),
        ]
        for (name, below) in rules {
            guard let base = environment[name], !base.isEmpty else { continue }
            return below.isEmpty ? base : Path.join(base, below)
        }
        return nil
    }

    /// LM Studio: `downloadsFolder` of its settings, else `models` in its home.
    /// - Throws: ``Failure`` of kind `config` where the settings are there and do not tell.
    package static func lmStudio(_ environment: [String: String]) throws(Failure) -> String? {
        guard let user = environment["HOME"], !user.isEmpty else { return nil }
        let pointer = Disk.contents(Path.join(user, ".lmstudio-home-pointer"), limit: 64 << 10, onlyFiles: true)
            .map { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init) ?? "" }
        let older = Path.join(user, ".cache/lm-studio")
        let home: String
        if let pointer, pointer.hasPrefix("/") {
            home = pointer
        } else {
            home = Disk.followedStatus(older)?.kind == .directory ? older : Path.join(user, ".lmstudio")
        }
        return try downloadsFolder(Path.join(home, "settings.json")) ?? Path.join(home, "models")
    }

    /// The folder that LM Studio's settings name; nil where there are no settings, or they name none.
    private static func downloadsFolder(_ path: String) throws(Failure) -> String? {
        guard Disk.followedStatus(path) != nil else { return nil }
        guard let bytes = Disk.contents(path, limit: 1 << 20, onlyFiles: true) else { throw unread(path, "this user cannot read it.") }
        let text = ByteOrderMark.removed(from: bytes)
        guard let tree = JSONTree(text), case .object = tree else {
            throw unread(path, JSONNode.isTooDeep(text) ? "its JSON is nested deeper than 200 levels." : "it is no JSON object.")
        }
        guard let value = tree["downloadsFolder"], !value.isNull, value.text != "" else { return nil }
        guard let folder = value.text, folder.hasPrefix("/") else { throw unread(path, "its downloadsFolder is no absolute path.") }
        return folder
    }

    private static func unread(_ path: String, _ why: String) -> Failure {
        Failure(
            .config, "\(path) does not say where LM Studio keeps its models.", why: why,
            hint: "set the models folder in LM Studio again, remove that file, or name the folder with -d DIR.")
    }

    /// Roots of ComfyUI and A1111 that are there: `COMFYUI_PATH`, and where their installers put them.
    package static func interfaces(_ environment: [String: String]) -> [String] {
        let home = environment["HOME"] ?? ""
        let usual = ["ComfyUI", "comfy/ComfyUI", "Documents/ComfyUI", "stable-diffusion-webui"]
        let named = environment["COMFYUI_PATH"].map { [$0] } ?? []
        let roots = (named + (home.isEmpty ? [] : usual.map { Path.join(home, $0) })).filter { !$0.isEmpty }.map(Path.absolute)
        return roots.filter { Disk.followedStatus(Path.join($0, "models"))?.kind == .directory }
    }

    /// Ollama: `OLLAMA_MODELS`, else the service's own store where this user may write to it, else the user's.
    package static func ollama(
        _ environment: [String: String], service: String = "/usr/share/ollama/.ollama/models"
    ) -> String? {
        if let chosen = environment["OLLAMA_MODELS"], !chosen.isEmpty { return chosen }
        if Disk.followedStatus(service)?.kind == .directory, Disk.isWritable(service) { return service }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : Path.join($0, ".ollama/models") }
    }
}
