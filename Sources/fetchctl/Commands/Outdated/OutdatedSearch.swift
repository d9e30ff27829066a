import FetchKit
import FetchTypes
import Layouts
import ListSync
import ModelReference
import ModelSources
import Partials
import Storage
import Transfer

/// Reads records and caches, and asks each source once what is newest.
struct OutdatedSearch {
    let asking: AccountContext
    let warn: (String) -> Void
    /// The first question that got no answer; the others go on.
    private(set) var failure: Failure?

    init(_ asking: AccountContext, warn: @escaping (String) -> Void) {
        self.asking = asking
        self.warn = warn
    }

    private struct Recorded {
        var path: String
        /// Of the record itself.
        var place: String
        var record: FinishedRecord
        var reference: ModelReference
    }

    mutating func run(_ places: [String]) async throws -> [OutdatedModel] {
        var recorded: [Recorded] = []
        var found: [OutdatedModel] = []
        for place in places {
            let place = Path.absolute(place)
            if Self.isCache(place) { found += try await cached(place) } else { recorded += records(place) }
        }
        return try await hub(recorded) + (try await civitai(recorded)) + found
    }

    // MARK: what is here

    private static func isCache(_ folder: String) -> Bool {
        !HubCacheReader(root: folder).folders.isEmpty
    }

    /// Files below a path that stand as their records say, or the one that it names.
    private func records(_ place: String) -> [Recorded] {
        if Disk.followedStatus(place)?.kind == .file {
            let own = FinishedRecord.path(directory: Path.parent(place), name: Path.name(place))
            return FinishedRecord.find(for: place).flatMap { recorded(place, $0, own) }.map { [$0] } ?? []
        }
        var found: [Recorded] = []
        FolderWalk.files(below: place) { path, status in
            guard status.kind == .file, path.hasSuffix(".json"), let folder = FinishedRecord.folder(of: path) else { return }
            guard let store = FinishedRecord.Store.allCases.first(where: { folder.hasSuffix("/" + $0.rawValue) }) else { return }
            let root = String(folder.dropLast(store.rawValue.count + 1))
            let file = Path.join(root, String(path.dropFirst(folder.count + 1).dropLast(5)))
            guard let record = JSONFile.read(FinishedRecord.self, from: path), let one = recorded(file, record, path) else { return }
            found.append(one)
        }
        return found
    }

    private func recorded(_ path: String, _ record: FinishedRecord, _ place: String) -> Recorded? {
        guard Disk.followedStatus(path)?.kind == .file, let reference = try? asking.parser.parse(record.reference) else { return nil }
        return Recorded(path: path, place: place, record: record, reference: reference.reference)
    }

    // MARK: Hugging Face

    /// A branch or tag of a repo.
    private struct Branch: Hashable, Comparable {
        static let main = "main"
        let repo: String
        let name: String
        /// Such as `hf:org/name@dev`: always with its name, as what is newest is meant.
        var reference: String { "hf:\(repo)@\(name.replacing("/", with: "%2F"))" }
        var shown: String { name == Self.main ? repo : "\(repo)@\(name)" }

        static func < (one: Branch, other: Branch) -> Bool { (one.repo, one.name) < (other.repo, other.name) }
    }

    private mutating func hub(_ recorded: [Recorded]) async throws -> [OutdatedModel] {
        var repos: [Branch: [(Recorded, HubReference, String)]] = [:]
        for one in recorded {
            guard case .huggingFace(let hub) = one.reference, case .path(let path) = hub.part,
                hub.revision.map(HubCacheReader.isCommit) == true
            else { continue }
            let branch = Branch(repo: HubSnapshot.name(hub.type, hub.repo), name: one.record.branch ?? Branch.main)
            repos[branch, default: []].append((one, hub, path))
        }
        var found: [OutdatedModel] = []
        for (branch, members) in repos.sorted(by: { $0.key < $1.key }) {
            guard let resolution = try await newest(branch.reference), let snapshot = resolution.hub else { continue }
            for (one, hub, path) in members.sorted(by: { $0.0.path < $1.0.path }) where hub.revision != snapshot.commit {
                guard let file = resolution.files.first(where: { $0.repoPath == path }), let digest = file.digest,
                    one.record.digest != digest.description, one.record.sha256 != digest.hex
                else { continue }
                found.append(
                    OutdatedModel(
                        name: "\(branch.shown)/\(path)", have: String((hub.revision ?? "").prefix(7)),
                        newest: String(snapshot.commit.prefix(7)), size: file.size, ref: file.pinned, path: one.path,
                        list: one.record.list, record: one.place, branch: branch.name))
            }
        }
        return found
    }

    /// Repos of a cache of which a branch leads to another commit now.
    private mutating func cached(_ root: String) async throws -> [OutdatedModel] {
        var found: [OutdatedModel] = []
        let branches = HubCacheReader(root: root).folders.flatMap { cache in
            HubCacheReader.refs(in: cache).sorted { $0.revision < $1.revision }.map { (cache, $0.revision, $0.commit) }
        }
        for (cache, revision, commit) in branches {
            guard let snapshot = HubCacheReader.snapshot(commit, in: cache) else { continue }
            let branch = Branch(repo: HubSnapshot.name(cache.type, cache.repo), name: revision)
            guard let resolution = try await newest(branch.reference), let hub = resolution.hub, hub.commit != commit else { continue }
            let here = Set(snapshot.files.map(\.path))
            let changed = resolution.files.filter { file in
                guard let path = file.repoPath, here.contains(path), let etag = file.digest?.hex else { return false }
                return Disk.followedStatus(cache.blob(etag)) == nil
            }
            found.append(
                OutdatedModel(
                    name: branch.shown, have: String(commit.prefix(7)), newest: String(hub.commit.prefix(7)),
                    size: changed.map { ByteCount(clamping: $0.size ?? 0) }.total.bytes, ref: branch.reference,
                    path: cache.path, cache: root, files: here.sorted()))
        }
        return found
    }

    private mutating func newest(_ reference: String) async throws -> Resolution? {
        try await answer(about: reference) { asking in
            var request = FetchRequest(try asking.parser.parse(reference))
            request.selection.allowsUnsafe = true
            return try await asking.resolve(request)
        }
    }

    /// One that gets no answer is told, and the others are asked all the same.
    /// - Returns: nil where there is no answer.
    /// - Throws: `CancellationError`, ``Failure`` where the run is interrupted.
    private mutating func answer<Answer>(
        about reference: String, _ ask: (AccountContext) async throws -> Answer?
    ) async throws -> Answer? {
        do {
            return try await ask(asking)
        } catch let failure as Failure where failure.kind != .interrupted {
            warn("\(reference): \(failure.message)")
            // What is gone, or not for this user, is an answer.
            if ![.notFound, .gated, .needsLogin].contains(failure.kind) { self.failure = self.failure ?? failure }
            return nil
        }
    }

    // MARK: CivitAI

    private mutating func civitai(_ recorded: [Recorded]) async throws -> [OutdatedModel] {
        var models: [Int: CivitaiVersions?] = [:]
        var found: [OutdatedModel] = []
        for one in recorded.sorted(by: { $0.path < $1.path }) {
            guard case .civitai(let reference) = one.reference, case .modelVersion(let model, let version) = reference.target else {
                continue
            }
            if models[model] == nil { models[model] = .some(try await versions(of: model)) }
            let known = models[model] ?? nil
            guard let newer = known?.newer(than: version, baseModel: one.record.baseModel) else { continue }
            found.append(
                OutdatedModel(
                    name: one.record.model ?? newer.modelName ?? Path.name(one.path), have: String(version),
                    newest: "\(newer.version) (\(newer.name))", size: newer.size, ref: "civitai:\(model)@\(newer.version)", path: one.path,
                    list: one.record.list, record: one.place))
        }
        return found
    }

    private mutating func versions(of model: Int) async throws -> CivitaiVersions? {
        try await answer(about: "civitai:models/\(model)") { asking in
            try await asking.patiently(about: "civitai:models/\(model)") {
                try await CivitaiVersions.fetch(of: model, endpoint: asking.endpoints.civitai, context: asking.sourceContext)
            }
        }
    }
}
