import Events
import FetchKit
import FetchTypes
import ModelList
import ModelReference
import Storage

/// `fetchctl sync --check`: what differs between the lock and the folder. Nothing is asked, nothing is changed.
struct SyncCheck {
    let session: FetchSession
    let list: LoadedList
    let selected: [SyncModel]
    /// All models of the list are meant.
    let isWhole: Bool
    let readsAll: Bool

    private struct Difference: Sendable {
        /// `missing`, `changed` or `extra`.
        var kind: String
        var name: String?
        var reference: String
        /// As the lock writes it.
        var shown: String
        /// Absolute; nil for a model that the lock does not know.
        var path: String?
    }

    private static let readAtOnce = 4

    /// - Returns: the exit code: 1 when something differs.
    func run() async throws -> Int32 {
        let work = Task { try await differences() }
        session.context.signals.handle(Signals.Actions(end: { work.cancel() }, suspend: { _ in }))
        let found: [Difference]
        do { found = try await work.value } catch is CancellationError {
            throw Failure(.interrupted, "interrupted.", hint: "run the same command again.", code: session.context.signals.exitCode)
        }
        for difference in found { tell(difference) }
        var summary = Event.Summary(code: found.isEmpty ? 0 : 1)
        summary.changed = found.count
        session.reporter.handle(.summary(summary))
        return summary.code
    }

    private func tell(_ difference: Difference) {
        guard session.output.json else {
            let kind = difference.kind.padded(to: 7)
            return Terminal.write(
                OutputText(exact: "\(kind)  \(difference.shown)\n", printable: "\(kind)  \(difference.shown)\n"))
        }
        Terminal.write(
            JSONText.object([
                ("event", .string("difference")), ("time", .string(Timestamp.now())),
                ("id", .of(difference.path.map { FileTag(ref: difference.reference, path: $0).id })),
                ("ref", .string(difference.reference)), ("path", .of(difference.path)), ("kind", .string(difference.kind)),
                ("name", .of(difference.name)),
            ]))
    }

    private func differences() async throws -> [Difference] {
        let fit = LockFit(list: list)
        var found: [Difference] = []
        for model in selected {
            guard let entry = fit.entry(of: model) else {
                if model.listed.isOptional {
                    session.warn("optional", "\(model.name) is optional and not in the lock.")
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
                session.warn("optional", "\(model.name) is optional and not there.")
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
                session.warn("prune", "\(extra.path) is no longer named, and was changed since it came from \(extra.reference).")
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
                group.addTask { (place, try await state.look(entry.files[place], isInCache: isInCache, readsAll: readsAll)) }
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

extension String {
    /// With spaces behind, to that many characters at least.
    fileprivate func padded(to count: Int) -> String { self + String(repeating: " ", count: max(0, count - self.count)) }
}
