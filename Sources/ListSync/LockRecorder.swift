import Events
import FetchKit
import FetchTypes
import ModelList
import ModelReference
import ModelSources
import Synchronization
import Transfer

/// Looks at every plan of a list's batch: holds what is locked to its lock, and writes down what the others came to.
final class LockRecorder: Sendable {
    /// One request of the batch.
    struct Item: Sendable {
        var model: SyncModel
        /// What the lock says of it, where that is to hold.
        var locked: LockedModel?
    }

    private struct State {
        var resolved: [Int: LockedModel] = [:]
        /// SHA-256 and size of files that were fetched or found, by their absolute paths.
        var found: [String: (sha256: String?, size: Int64?)] = [:]
        var fetched = 0
    }

    private let list: LoadedList
    private let items: [Item]
    private let isStrict: Bool
    private let state = Mutex(State())

    /// - Parameter isStrict: whether a list that does not fit the lock is the list's fault.
    init(_ list: LoadedList, _ items: [Item], isStrict: Bool) {
        self.list = list
        self.items = items
        self.isStrict = isStrict
    }

    /// Files that are other than before.
    var fetched: Int { state.withLock { $0.fetched } }

    /// See ``Batch/PlanReview``.
    /// - Throws: ``Failure``.
    func review(_ index: Int, request: FetchRequest, resolution: Resolution, files: inout [PlannedFile]) throws {
        let item = items[index]
        let isInCache = list.isInCache(item.model)
        if !isInCache {
            for planned in files { try list.places.check(planned.target, "the model \(item.model.name)") }
        }
        if let locked = item.locked {
            try hold(&files, to: locked, isInCache)
        } else {
            let model = try model(item, request: request, resolution: resolution, files: files, isInCache: isInCache)
            state.withLock { $0.resolved[index] = model }
        }
    }

    func note(_ event: Event) {
        switch event {
        case .finished(let tag, let it):
            state.withLock {
                $0.fetched += 1
                $0.found[tag.path] = (it.sha256, it.size)
            }
        case .skipped(let tag, .complete, let size, let sha256): state.withLock { $0.found[tag.path] = (sha256, size) }
        default: break
        }
    }

    /// What a model came to, with what was learnt when it was fetched; nil when it was not resolved.
    func model(_ index: Int) -> LockedModel? {
        let (resolved, found) = state.withLock { ($0.resolved[index], $0.found) }
        let item = items[index]
        guard let model = resolved ?? item.locked else { return nil }
        let isInCache = list.isInCache(item.model)
        return model.with(
            model.files.map { file in
                guard let known = found[list.places.target(file.path, isInCache: isInCache)] else { return file }
                var file = file
                if file.sha256 == nil { file.sha256 = known.sha256 }
                if file.size == nil { file.size = known.size.flatMap { ByteCount($0) } }
                return file
            })
    }

    private func model(
        _ item: Item, request: FetchRequest, resolution: Resolution, files: [PlannedFile], isInCache: Bool
    ) throws(Failure) -> LockedModel {
        var locked: [LockedFile] = []
        for planned in files {
            var file = LockedFile(path: try list.places.lockPath(planned.target, isInCache: isInCache), size: planned.file.length)
            for digest in [planned.file.digest, planned.digest].compactMap(\.self) {
                switch digest.algorithm {
                case .sha256: file.sha256 = digest.hex
                case .gitSHA1: file.gitSHA1 = digest.hex
                }
            }
            file.blake3 = planned.file.blake3.flatMap { $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) ? $0 : nil }
            file.licence = planned.file.metadata.licence.map(\.withoutControlCharacters).flatMap { $0.isEmpty ? nil : $0 }
            file.mirrors = item.model.mirrors.map(\.shown)
            locked.append(file)
        }
        return LockedModel(
            name: item.model.name, reference: request.reference.shown, pinned: PinnedReference.text(request.reference, resolution),
            options: item.model.fingerprint, files: locked)
    }

    /// Only what the lock names is fetched, and only where the source still says the same of it.
    private func hold(_ files: inout [PlannedFile], to locked: LockedModel, _ isInCache: Bool) throws(Failure) {
        var wanted: [PlannedFile] = []
        for var planned in files {
            guard let file = locked.file(try list.places.lockPath(planned.target, isInCache: isInCache)) else { continue }
            try compare(planned, file, locked)
            if let sha256 = file.sha256.flatMap({ PublishedDigest(.sha256, hex: $0) }) {
                planned.digest = sha256
                planned.isDigestDemanded = true
            } else if planned.digest == nil {
                planned.digest = file.digest
            }
            wanted.append(planned)
        }
        guard wanted.count == locked.files.count else {
            let there = Set(wanted.map(\.target))
            let missing = locked.files.filter { !there.contains(list.places.target($0.path, isInCache: isInCache)) }
            let names = missing.prefix(3).map(\.path.text).joined(separator: ", ") + (missing.count > 3 ? ", …" : "")
            if locked.options == nil, isStrict {
                throw Failure(
                    .config, "the list does not fit the lock: \(names) would not be there.", why: "dir, out or include may have changed.",
                    hint: "run fetchctl lock, or fetchctl sync --update \(locked.name.shellWord)")
            }
            throw Failure(
                .notFound, "\(locked.pinned) no longer has what the lock names: \(names).", why: "the source was changed.",
                hint: "take what there is now with: fetchctl sync --update \(locked.name.shellWord)")
        }
        files = wanted
    }

    private func compare(_ planned: PlannedFile, _ file: LockedFile, _ locked: LockedModel) throws(Failure) {
        let published = planned.file.digest
        let hint = "take what there is now with: fetchctl sync --update \(locked.name.shellWord)"
        for wanted in [
            file.sha256.flatMap { PublishedDigest(.sha256, hex: $0) }, file.gitSHA1.flatMap { PublishedDigest(.gitSHA1, hex: $0) },
        ] {
            guard let wanted, let published, published.algorithm == wanted.algorithm, published != wanted else { continue }
            throw Failure(
                .checksum, "the source has another file than the lock names for \(file.path.text).",
                why: "the lock says \(wanted.description), the source publishes \(published.description).", hint: hint)
        }
        if let size = planned.file.length, let wanted = file.size, size != wanted {
            throw Failure(
                .size, "the source has another file than the lock names for \(file.path.text).",
                why: "the lock says \(wanted.bytes) bytes, the source has \(size.bytes).", hint: hint)
        }
    }
}
