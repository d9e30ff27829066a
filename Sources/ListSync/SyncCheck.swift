import FetchKit
import FetchTypes
import ModelList
import ModelReference
import Storage

/// `fetchctl sync --check`: what differs between the lock and the folder. Nothing is asked, nothing is changed.
package struct SyncCheck: Sendable {
    let list: LoadedList
    let selected: [SyncModel]
    /// All models of the list are meant.
    let isWhole: Bool
    let readsAll: Bool

    /// One file that is not as the lock says, or a model that is not in the lock.
    package struct Difference: Sendable {
        /// `missing`, `changed` or `extra`.
        package var kind: String
        package var name: String?
        package var reference: String
        /// As the lock writes it.
        package var shown: String
        /// Absolute; nil for a model that the lock does not know.
        package var path: String?
    }

    /// - Parameters:
    ///   - selected: the models that are looked at.
    ///   - isWhole: whether these are all: then what the lock no longer names is a difference too.
    ///   - readsAll: whether every byte is read, whatever the records say.
    package init(list: LoadedList, selected: [SyncModel], isWhole: Bool, readsAll: Bool) {
        self.list = list
        self.selected = selected
        self.isWhole = isWhole
        self.readsAll = readsAll
    }

    private static let readAtOnce = 4

    /// - Parameter warn: told the kind and the text of a warning that is not a difference.
    /// - Throws: `CancellationError`; ``Failure`` when a path cannot be written in a lock.
    package func differences(warn: (_ kind: String, _ message: String) -> Void) async throws -> [Difference] {
        let fit = LockFit(list: list)
        var found: [Difference] = []
        for model in selected {
            guard let entry = fit.entry(of: model) else {
                if model.listed.isOptional {
                    warn("optional", "\(model.name) is optional and not in the lock.")
                } else {
                    found.append(
                        Difference(
                            kind: "missing", name: model.name, reference: model.references[0].shown,
                            shown: "\(model.name) (not in \(Path.name(list.lockPath)))"))
                }
                continue
            }
            let states = try await states(of: entry, isInCache: list.isInCache(model))
            if model.listed.isOptional, states.allSatisfy({ $0 == .missing }) {
                warn("optional", "\(model.name) is optional and not there.")
                continue
            }
            for (file, state) in zip(entry.files, states) where state == .missing || state == .changed {
                found.append(
                    Difference(
                        kind: state == .missing ? "missing" : "changed", name: entry.name, reference: entry.pinned, shown: file.path.text,
                        path: list.places.target(file.path, isInCache: list.isInCache(model))))
            }
        }
        guard isWhole else { return found }
        for extra in ListPruning(list: list).find(keeping: named()) {
            guard extra.isUntouched else {
                warn("prune", "\(extra.path) is no longer named, and was changed since it came from \(extra.reference).")
                continue
            }
            let shown = try list.places.lockPath(extra.path, isInCache: false).text
            found.append(Difference(kind: "extra", name: nil, reference: extra.reference, shown: shown, path: extra.path))
        }
        return found
    }

    /// What `--prune` would keep: models that left the list leave the lock first.
    private func named() -> ModelLock {
        ModelLock((list.lock?.models ?? []).filter { entry in list.models.contains { $0.name == entry.name } })
    }

    private func states(of entry: LockedModel, isInCache: Bool) async throws -> [FolderState.File] {
        let state = FolderState(list: list)
        let readsAll = readsAll
        return try await withThrowingTaskGroup(of: (Int, FolderState.File).self) { group in
            var states = [FolderState.File](repeating: .unknown, count: entry.files.count)
            var next = 0
            func addOne() {
                guard next < entry.files.count else { return }
                let place = next
                next += 1
                group.addTask {
                    let look = try await state.look(entry.files[place], isInCache: isInCache, readsAll: readsAll)
                    return (place, look)
                }
            }
            for _ in 0..<Self.readAtOnce { addOne() }
            while let (place, found) = try await group.next() {
                states[place] = found
                addOne()
            }
            return states
        }
    }
}
