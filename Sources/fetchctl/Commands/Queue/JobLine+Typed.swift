import FetchKit
import ModelReference
import ModelSources
import Queue
import Storage
import Transfer

extension JobLine {
    /// A line as it was typed in this process.
    /// - Parameters:
    ///   - words: what follows `add`; nil where they hold something that is not kept.
    ///   - input: what its input file held.
    ///   - sources: what it names, whose tokens it needs.
    static func typed(_ words: [String]?, input: String? = nil, _ environment: [String: String], sources: Set<SourceName>) -> JobLine {
        JobLine(
            arguments: words ?? [], folder: Path.currentDirectory, umask: UInt16(FolderAndUmask.processMask),
            environment: JobEnvironment.kept(environment), input: input, secrets: secrets(of: sources, environment),
            isIncomplete: words == nil)
    }

    /// The names of the variables that the line needs and that are not written down.
    private static func secrets(of sources: Set<SourceName>, _ environment: [String: String]) -> [String] {
        let prefixes = sources.map { source -> String in
            switch source {
            case .huggingFace: "HF_"
            case .civitai: "CIVITAI_"
            case .github: "GITHUB_"
            case .modelscope: "MODELSCOPE_"
            case .gdrive, .ollama, .direct: "-"
            }
        }
        return JobEnvironment.secrets(environment).keys.filter { name in
            // Every job goes through the proxies.
            !JobEnvironment.tokens.contains(name) || prefixes.contains { name.replacing("HUGGING_FACE_HUB_", with: "HF_").hasPrefix($0) }
        }.sorted()
    }
}

extension AddRequest {
    /// The services that the line names, mirrors and alternatives included.
    var sources: Set<SourceName> {
        Set(requests.flatMap { [$0.reference] + $0.alternatives + $0.mirrors }.map { SourceName($0.reference) })
    }
}
