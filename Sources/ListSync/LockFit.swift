import FetchKit
import FetchTypes
package import ModelList
import ModelReference
import Storage

/// Whether a list and its lock still say the same.
package struct LockFit: Sendable {
    let list: LoadedList

    package init(list: LoadedList) { self.list = list }

    /// The lock's entry of a model; nil when there is none, or it is of another form of the model.
    package func entry(of model: SyncModel) -> LockedModel? {
        guard let entry = list.lock?.model(model.name), difference(model, entry) == nil else { return nil }
        return entry
    }

    private func difference(_ model: SyncModel, _ entry: LockedModel) -> String? {
        guard model.references.contains(where: { $0.shown == entry.reference }) else {
            return "the lock has \(entry.reference), the list \(model.references.map(\.shown).joined(separator: ", "))."
        }
        if let options = entry.options, options != model.fingerprint { return "what the list says of its files or places was changed." }
        return nil
    }

    /// - Throws: ``Failure`` with exit code 78 when the lock does not settle all that the list asks for.
    func require(_ selected: [SyncModel]) throws(Failure) {
        let name = Path.name(list.lockPath)
        guard let lock = list.lock else {
            throw Failure(
                .config, "there is no \(name).", why: "--locked takes nothing but what the lock names.", hint: "make it with: fetchctl lock"
            )
        }
        for model in list.models {
            guard let entry = lock.model(model.name) else {
                if model.listed.isOptional { continue }
                throw misfit("the model \(model.name) is in the list and not in \(name).", nil)
            }
            if let difference = difference(model, entry) { throw misfit("the model \(model.name) is not what \(name) says.", difference) }
        }
        for entry in lock.models where !list.models.contains(where: { $0.name == entry.name }) {
            throw misfit("the model \(entry.name) is in \(name) and not in the list.", nil)
        }
        for entry in lock.models where selected.contains(where: { $0.name == entry.name }) {
            guard let file = entry.files.first(where: { $0.digest == nil }) else { continue }
            throw Failure(
                .config, "\(name) has no hash of \(file.path.text), a file of \(entry.name).",
                why: "its source publishes none, so nothing tells whether it is the same.",
                hint: "run fetchctl sync once without --locked: it adds the hash.")
        }
    }

    private func misfit(_ what: String, _ why: String?) -> Failure {
        Failure(
            .config, "the list does not fit the lock: \(what)", why: why ?? "the list was changed since the lock was written.",
            hint: "write the lock again with: fetchctl lock")
    }
}
