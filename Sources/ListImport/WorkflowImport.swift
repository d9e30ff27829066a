import FetchTypes
import ModelList
import ModelSources
package import Workflow

/// The models that a ComfyUI workflow names, as models of a list.
package enum WorkflowImport {
    /// Those with a link are models; the others are comments, so that nobody takes the list for complete.
    package static func entries(_ workflow: ComfyWorkflow) -> [ImportedList.Entry] {
        workflow.models.map(entry) + workflow.wrong.map { .comment("Not a model that can be fetched: \($0.name): \($0.why)") }
            + workflow.named.map { .comment("Named in the workflow without a link: \($0)") }
    }

    private static func entry(_ found: ComfyWorkflow.Model) -> ImportedList.Entry {
        let place = "\(found.directory.map { $0 + "/" } ?? "")\(found.name)"
        guard let url = found.url else {
            let hash = found.hash.map { ", \(found.hashType ?? "hash") \($0)" } ?? ""
            return .comment("Named in the workflow without a link: \(place)\(hash)")
        }
        // Name and folder are untrusted.
        guard !found.name.contains("/"), (try? ListPath(found.name)) != nil,
            found.directory.map({ (try? ListPath("models/" + $0)) != nil }) ?? true
        else { return .comment("Not a name for a file in a folder of models: \(place), \(url)") }
        var model = ListedModel(line: 0)
        model.references = [ListedText(url.withoutSigningQueries, line: 0)]
        var note: String?
        if let hash = found.hash {
            let isSHA256 = found.hashType?.lowercased().filter { $0 != "-" } ?? "sha256" == "sha256"
            model.sha256 = isSHA256 ? PublishedDigest(.sha256, hex: hash)?.hex : nil
            if model.sha256 == nil {
                note = "\(found.name): its \(found.hashType ?? "hash") \(hash.prefix(128)) is left out, a list has SHA-256 only"
            }
        }
        return .model(model, directory: found.directory.map { "models/" + $0 } ?? "models", out: found.name, note: note)
    }
}
