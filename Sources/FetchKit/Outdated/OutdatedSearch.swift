package import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Partials
import Storage
import Transfer

/// Finds models of which the source has a newer version: reads records and caches, and asks about each model once.
package struct OutdatedSearch {
    private let lookup: SourceLookup
    private let warn: (String) -> Void
    /// The first question that got no answer; the others are asked all the same.
    package private(set) var failure: Failure?
    /// Files of the Hub that were fetched at a commit: they are not compared with any branch.
    package private(set) var pinned: [PinnedFile] = []

    /// - Parameters:
    ///   - lookup: asks the sources.
    ///   - warn: told in one sentence what a source does not say.
    package init(lookup: SourceLookup, warn: @escaping (String) -> Void) {
        self.lookup = lookup
        self.warn = warn
    }

    /// - Parameter paths: folders, caches or files; none: the configured folder and the Hub's cache.
    /// - Throws: ``Failure`` for a path that does not exist.
    package mutating func run(_ paths: [String]) async throws -> [OutdatedModel] {
        for path in paths where Disk.followedStatus(path) == nil {
            throw Failure(.notFound, "\(path) is not there.", hint: "name a folder, a cache or a file.")
        }
        var recorded: [RecordedModel] = []
        var found: [OutdatedModel] = []
        for place in paths.isEmpty ? usualPlaces : paths {
            let place = Path.absolute(place)
            if HubCacheReader(root: place).folders.isEmpty {
                recorded += RecordedModel.find(place, lookup.parser)
            } else {
                found += try await cached(place)
            }
        }
        return try await hub(recorded) + (try await civitai(recorded)) + found
    }

    private var usualPlaces: [String] {
        var places = [lookup.options.defaultDirectory]
        if let cache = lookup.options.hubCache, Disk.followedStatus(cache) != nil { places.append(cache) }
        return places
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

    private mutating func hub(_ recorded: [RecordedModel]) async throws -> [OutdatedModel] {
        var repos: [Branch: [(RecordedModel, HubReference, String)]] = [:]
        for one in recorded {
            guard case .huggingFace(let hub) = one.reference, case .path(let path) = hub.part,
                hub.revision.map(HubCacheReader.isCommit) == true
            else { continue }
            // A record of an older version does not tell: its file is compared with the default branch.
            let name = one.record.branch ?? Branch.main
            guard !HubCacheReader.isCommit(name) else {
                pinned.append(PinnedFile(path: one.path, list: one.record.list))
                continue
            }
            let branch = Branch(repo: HubSnapshot.name(hub.type, hub.repo), name: name)
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
                        newest: String(snapshot.commit.prefix(7)), size: file.size,
                        ref: HubSnapshot.pinned(branch.repo, at: branch.name.replacing("/", with: "%2F"), path), path: one.path,
                        list: one.record.list, pinned: file.pinned, record: one.place, branch: branch.name))
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
        try await answer(about: reference) { lookup in
            var request = FetchRequest(try lookup.parser.parse(reference))
            request.selection.allowsUnsafe = true
            return try await lookup.resolve(request)
        }
    }

    /// Warns where there is no answer, so that the other questions are asked all the same.
    /// - Returns: nil where there is no answer.
    /// - Throws: `CancellationError`, ``Failure`` where the run is interrupted.
    private mutating func answer<Answer>(
        about reference: String, _ ask: (SourceLookup) async throws -> Answer?
    ) async throws -> Answer? {
        do {
            return try await ask(lookup)
        } catch let failure as Failure where failure.kind != .interrupted {
            warn("\(reference): \(failure.message)")
            // A refusal that stays the same is an answer.
            if ![.notFound, .gated, .needsLogin].contains(failure.kind) { self.failure = self.failure ?? failure }
            return nil
        }
    }

    // MARK: CivitAI

    private mutating func civitai(_ recorded: [RecordedModel]) async throws -> [OutdatedModel] {
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
        try await answer(about: "civitai:models/\(model)") { lookup in
            try await lookup.askWithRetries(about: "civitai:models/\(model)") {
                try await CivitaiVersions.fetch(of: model, endpoint: lookup.endpoints.civitai, context: lookup.sourceContext)
            }
        }
    }
}
