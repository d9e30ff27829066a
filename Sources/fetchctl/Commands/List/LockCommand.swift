import ArgumentParser
import Events
import FetchKit
import FetchTypes
import ModelList
import Storage
import Transfer

/// `fetchctl lock`: resolves a list and writes its lock.
struct LockCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Resolve a model list (models.toml) and write its lock (models.lock); nothing is fetched.",
        discussion: """
            Examples:
              fetchctl lock
              fetchctl lock --file workshop.toml       (writes workshop.lock)

            The lock names the commits, versions, files and hashes that the list comes to now. fetchctl sync gets exactly \
            these on every machine. Where no hash is published, the lock has none until the first fetchctl sync.
            """)

    @OptionGroup var list: ListOptions

    func run(_ context: Context) async throws -> Int32 {
        let session = try FetchSession(context, list.output.form)
        defer { session.reporter.close() }
        let loaded = try LoadedList(list, endpoints: session.endpoints, environment: context.environment)
        for warning in loaded.warnings { session.warn("config", warning) }
        let items = loaded.models.map { LockRecorder.Item(model: $0, locked: nil) }
        let requests = items.map { $0.model.request(loaded) }
        session.nameEndpoints(of: requests)
        let recorder = LockRecorder(loaded, items, isStrict: false)
        var options = session.settings.fetchOptions
        options.defaultDirectory = loaded.places.base
        options.placesAlone = true
        options.plansOnly = true
        options.dryRun = true
        // Nothing is moved: no engine is needed.
        options.engine = .builtin
        var outcome = try await session.fetch(
            requests, FetchSession.Terms(options: options),
            review: { index, request, resolution, files in try recorder.review(index, request, resolution, &files) })
        var models: [LockedModel] = []
        for (place, result) in outcome.results.enumerated() {
            guard case .planned = result, let new = recorder.model(place) else { continue }
            models.append(Self.withKnownHashes(new, loaded.lock?.model(new.name)))
        }
        if outcome.summary.code == 0 {
            warnOfMissingHashes(models, session)
            let old = loaded.lock?.models ?? []
            outcome.summary.changed =
                models.count { new in !old.contains(new) } + old.count { entry in !models.contains { $0.name == entry.name } }
            try LockFile(list: loaded).write(ModelLock(models))
        } else {
            session.warn("lock", "\(Path.name(loaded.lockPath)) is not written: not all of the list could be resolved.")
            outcome.summary.changed = 0
        }
        return session.end(outcome, of: items.map(\.model.name))
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

    private func warnOfMissingHashes(_ models: [LockedModel], _ session: FetchSession) {
        let files = models.flatMap(\.files).filter { $0.digest == nil }
        for file in files.prefix(5) {
            session.warn("no_hash", "no hash is published of \(file.path.text): the lock gets one with the first fetchctl sync.")
        }
        if files.count > 5 { session.warn("no_hash", "\(files.count - 5) more files have no published hash.") }
    }
}
