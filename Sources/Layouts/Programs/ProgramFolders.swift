import ModelSources
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where programs look for their models, by their own rules.
package enum ProgramFolders {
    /// The folder of a layout that has one of its own, absolute; nil for the others, and where there is no home.
    package static func folder(of layout: Layout, _ environment: [String: String]) -> String? {
        let folder: String? =
            switch layout {
            case .llamaCpp: llamaCpp(environment)
            case .lmStudio: lmStudio(environment)
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

    private struct StudioSettings: Decodable { var downloadsFolder: String? }

    /// LM Studio: `downloadsFolder` of its settings, else `models` in its home.
    package static func lmStudio(_ environment: [String: String]) -> String? {
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
        let settings = Disk.contents(Path.join(home, "settings.json"), limit: 1 << 20, onlyFiles: true)
        let chosen = settings.flatMap { try? JSONDecoder().decode(StudioSettings.self, from: Data($0)).downloadsFolder }
        if let chosen, chosen.hasPrefix("/") { return chosen }
        return Path.join(home, "models")
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
