import Events
package import FetchKit
import FetchTypes
import ModelList
import Storage
import Transfer

/// One run of `fetchctl sync` that may change the folder.
package struct SyncRun {
    let host: any ListHost
    let list: LoadedList
    let selected: [SyncModel]
    package var isDryRun = false
    package var isLocked = false
    package var updates = false
    package var prunes = false
    package var isForced = false
    /// All models of the list are meant.
    package var isWhole = true

    private struct Work {
        var items: [LockRecorder.Item] = []
        var requests: [FetchRequest] = []
        /// Models whose files are all there, by name.
        var complete: [String: LockedModel] = [:]
        var skipped = 0
    }

    package init(host: any ListHost, list: LoadedList, selected: [SyncModel]) {
        self.host = host
        self.list = list
        self.selected = selected
    }

    /// - Returns: what became of each model that was asked for, and their names.
    /// - Throws: ``Failure``.
    package func run() async throws -> (outcome: Batch.Outcome, names: [String]) {
        let fit = LockFit(list: list)
        if isLocked { try fit.require(selected) }
        let work = try plan(fit)
        host.nameEndpoints(of: work.requests)
        let recorder = LockRecorder(list, work.items, isStrict: isLocked)
        var options = host.options(for: list)
        options.dryRun = isDryRun
        options.force = isForced
        var outcome = Batch.Outcome(results: [], summary: Event.Summary(code: 0))
        if !work.requests.isEmpty {
            outcome = try await host.fetch(
                work.requests, options: options,
                review: { index, request, resolution, files in
                    try recorder.review(index, request: request, resolution: resolution, files: &files)
                },
                onEvent: { recorder.note($0) })
        }
        try await fetchFromMirrors(work, outcome: &outcome, recorder: recorder, options: options)
        outcome.summary.skipped += work.skipped
        let lock = lock(work, recorder, outcome)
        if updates { tellChanges(work, recorder) }
        if !isDryRun, !isLocked { try write(lock, outcome.summary.code) }
        var changed = recorder.fetched
        if prunes { changed += ListPruning(list: list).run(keeping: lock, after: outcome.summary.code, isDryRun: isDryRun, host) }
        outcome.summary.changed = changed
        return (outcome, work.items.map(\.model.name))
    }

    // MARK: before

    private func plan(_ fit: LockFit) throws(Failure) -> Work {
        var work = Work()
        for model in selected {
            let entry = updates ? nil : fit.entry(of: model)
            if isLocked, entry == nil {
                host.warn("optional", "\(model.name) is optional and not in the lock.")
                continue
            }
            if let entry, !isForced, let complete = complete(entry, model) {
                work.complete[model.name] = complete
                work.skipped += complete.files.count
                continue
            }
            work.items.append(LockRecorder.Item(model: model, locked: entry))
            var request = try entry.map { (entry) throws(Failure) in try model.request(list, locked: entry) } ?? model.request(list)
            request.hasOtherWay = entry.map { MirroredFiles(list: list, model: model, locked: $0).isWhole } ?? false
            work.requests.append(request)
        }
        return work
    }

    /// A model whose files are all there by their records: no source is asked about it.
    private func complete(_ entry: LockedModel, _ model: SyncModel) -> LockedModel? {
        let state = FolderState(list: list)
        let isInCache = list.isInCache(model)
        var files: [LockedFile] = []
        var events: [Event] = []
        for var file in entry.files {
            guard case .same(let sha256, let size) = state.glance(file, isInCache: isInCache) else { return nil }
            if file.sha256 == nil { file.sha256 = sha256 }
            if file.size == nil { file.size = ByteCount(size) }
            files.append(file)
            let tag = FileTag(ref: entry.pinned, path: list.places.target(file.path, isInCache: isInCache))
            events.append(.skipped(tag, reason: .complete, size: size, sha256: file.sha256))
        }
        guard !files.isEmpty else { return nil }
        for event in events { host.report(event) }
        host.settle(.there(paths: [place(of: files, isInCache)]))
        return entry.with(files)
    }

    /// The file, or the folder that holds all of them.
    private func place(of files: [LockedFile], _ isInCache: Bool) -> String {
        let targets = files.map { list.places.target($0.path, isInCache: isInCache) }
        guard targets.count > 1 else { return targets[0] }
        var folder = Path.parent(targets[0])
        while !targets.allSatisfy({ ListPlaces.rest($0, below: folder) != nil }) { folder = Path.parent(folder) }
        return folder
    }

    /// Models of several files whose source failed, file by file from the lock's mirrors.
    private func fetchFromMirrors(
        _ work: Work, outcome: inout Batch.Outcome, recorder: LockRecorder, options: FetchOptions
    ) async throws {
        for place in work.items.indices where work.requests[place].hasOtherWay {
            guard case .missing = outcome.results[place], let locked = work.items[place].locked else { continue }
            let mirrored = MirroredFiles(list: list, model: work.items[place].model, locked: locked)
            let fetched = try await host.fetch(
                try mirrored.requests(), options: options, review: nil, onEvent: { recorder.note($0) })
            outcome.summary.add(fetched.summary)
            let failure = fetched.results.lazy.compactMap { result -> Batch.Result? in
                switch result {
                case .failed, .missing: result
                case .there, .planned: nil
                }
            }.first
            outcome.results[place] = failure ?? (isDryRun ? .planned : .there(paths: []))
        }
        outcome.summary.code = Batch.code(of: outcome.results)
    }

    // MARK: after

    /// The lock as it is now: what has failed stays as it was.
    private func lock(_ work: Work, _ recorder: LockRecorder, _ outcome: Batch.Outcome) -> ModelLock {
        var models: [LockedModel] = []
        for model in list.models {
            let old = list.lock?.model(model.name)
            if let complete = work.complete[model.name] {
                models.append(complete)
            } else if let place = work.items.firstIndex(where: { $0.model.name == model.name }) {
                switch outcome.results[place] {
                case .there, .planned: if let new = recorder.model(place) ?? old { models.append(new) }
                case .failed, .missing: if let old { models.append(old) }
                }
            } else if let old {
                models.append(old)
            }
        }
        if !isWhole { models += (list.lock?.models ?? []).filter { old in !list.models.contains { $0.name == old.name } } }
        return ModelLock(models)
    }

    private func write(_ lock: ModelLock, _ code: Int32) throws(Failure) {
        guard !updates || code == 0 else {
            host.warn("lock", "\(Path.name(list.lockPath)) stays as it was: not all is there.")
            return
        }
        try LockFile(list: list).write(lock)
    }

    /// What `--update` found: old and new.
    private func tellChanges(_ work: Work, _ recorder: LockRecorder) {
        for (place, item) in work.items.enumerated() {
            guard let new = recorder.model(place) else { continue }
            let old = list.lock?.model(item.model.name)
            for line in LockChange.lines(from: old, to: new) { host.warn("note", line) }
        }
    }
}
