import Events
package import FetchKit
import FetchTypes
import ModelList
import Storage
import Transfer

/// `fetchctl lock`: resolves a list and writes its lock; nothing is fetched.
package struct LockRun {
    let host: any ListHost
    let list: LoadedList

    package init(host: any ListHost, list: LoadedList) {
        self.host = host
        self.list = list
    }

    /// - Returns: what became of each model, and their names.
    /// - Throws: ``Failure``.
    package func run() async throws -> (outcome: Batch.Outcome, names: [String]) {
        let items = list.models.map { LockRecorder.Item(model: $0, locked: nil) }
        let requests = items.map { $0.model.request(list) }
        host.nameEndpoints(of: requests)
        let recorder = LockRecorder(list, items, isStrict: false)
        var options = host.options(for: list)
        options.plansOnly = true
        options.dryRun = true
        // Nothing is moved: no engine is needed.
        options.engine = .builtin
        var outcome = try await host.fetch(
            requests, options: options,
            review: { index, request, resolution, files in
                try recorder.review(index, request: request, resolution: resolution, files: &files)
            }, onEvent: nil)
        var models: [LockedModel] = []
        for (place, result) in outcome.results.enumerated() {
            guard case .planned = result, let new = recorder.model(place) else { continue }
            models.append(Self.withKnownHashes(new, list.lock?.model(new.name)))
        }
        if outcome.summary.code == 0 {
            warnOfMissingHashes(models)
            let old = list.lock?.models ?? []
            outcome.summary.changed =
                models.count { new in !old.contains(new) } + old.count { entry in !models.contains { $0.name == entry.name } }
            try LockFile(list: list).write(ModelLock(models))
        } else {
            host.warn("lock", "\(Path.name(list.lockPath)) is not written: not all of the list could be resolved.")
            outcome.summary.changed = 0
        }
        return (outcome, items.map(\.model.name))
    }

    /// What an earlier sync has learnt of files of which no hash is published.
    private static func withKnownHashes(_ new: LockedModel, _ old: LockedModel?) -> LockedModel {
        guard let old, old.pinned == new.pinned else { return new }
        return new.with(
            new.files.map { file in
                guard let was = old.file(file.path), file.sha256 == nil, file.gitSHA1 == was.gitSHA1,
                    file.size == nil || file.size == was.size
                else { return file }
                var file = file
                file.sha256 = was.sha256
                file.size = file.size ?? was.size
                return file
            })
    }

    private func warnOfMissingHashes(_ models: [LockedModel]) {
        let files = models.flatMap(\.files).filter { $0.digest == nil }
        for file in files.prefix(5) {
            host.warn("no_hash", "no hash is published of \(file.path.text): the lock gets one with the first fetchctl sync.")
        }
        if files.count > 5 { host.warn("no_hash", "\(files.count - 5) more files have no published hash.") }
    }
}
