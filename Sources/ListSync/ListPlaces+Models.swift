import FetchTypes
import Layouts
import ModelList
import ModelReference
import ModelSources
import Storage

extension ListPlaces {
    /// Whether a model goes to the cache of huggingface_hub, which is outside of any list's folder.
    func isInCache(_ model: SyncModel) -> Bool {
        model.layout == .hfCache && model.listed.directory == nil && chosen == nil
            && model.references.contains { SourceName($0.reference) == .huggingFace }
    }

    /// Looks where a model is to go, before anything is asked.
    /// - Throws: ``Failure`` with exit code 78 when that is out of the list's folder.
    func check(_ model: SyncModel, _ file: String) throws(Failure) {
        guard !isInCache(model) else { return }
        let directory = model.listed.directory.map { Path.absolute(Path.join(base, $0.text)) } ?? base
        let target = Path.absolute(Path.join(directory, model.listed.out?.text ?? "x"))
        try check(target, "\(file), line \(model.listed.line): the model \(model.name)")
    }
}
