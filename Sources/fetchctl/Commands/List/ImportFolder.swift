import FetchKit
import Storage
import Transfer
import Partials
import Layouts
import Events
import FetchTypes
import ListSync
import ModelList
import ModelReference
import ModelSources

/// The files of a folder as models of a list: by what is recorded of them, else by their hashes.
struct ImportFolder {
    /// Absolute.
    let folder: String
    let reporter: any Reporter
    let context: Context

    /// What is known of a file.
    private enum Known: Sendable {
        case reference(String, sha256: String?)
        /// It is in a cache of huggingface_hub, whose root is named.
        case cached(String, root: String)
        case hash(String)
        case unread
    }

    private static let readAtOnce = 4
    private static let askedAtOnce = 4

    func run() async throws -> [ImportedList.Entry] {
        let files = files()
        var known = files.map(look)
        try await hash(files, &known)
        let found = try await ask(known)
        return zip(files, known).map { path, known in entry(path, known, found) }
    }

    // MARK: what is there

    private func files() -> [String] {
        var found: [String] = []
        FolderWalk.files(below: folder, isWanted: isWanted) { path, status in
            let name = Path.name(path)
            guard !name.hasPrefix("."), !SafeName.isReserved(Substring(name)), !Self.isNoModel(name) else { return }
            // The files of a snapshot are links to blobs; what other links lead to is not the folder's.
            let isCached = status.kind == .link && HubCacheReader.locate(path) != nil && Disk.followedStatus(path)?.kind == .file
            if status.kind == .file || isCached { found.append(path) }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What stands in such folders and is no part of a model.
    private static func isNoModel(_ name: String) -> Bool { ["models.toml", "models.lock", "CACHEDIR.TAG"].contains(name) }

    private func isWanted(_ path: String) -> Bool {
        let name = Path.name(path)
        if name.hasPrefix(".") || name == "node_modules" { return false }
        guard name == "blobs" || name == "refs" || name == "trees" else { return true }
        return Disk.status(Path.join(Path.parent(path), "snapshots"))?.kind != .directory
    }

    /// By records, caches and metadata: nothing is read.
    private func look(_ path: String) -> Known {
        if let (hub, commit, file) = HubCacheReader.locate(path), let commit, let file {
            return .cached(HubSnapshot.pinned(HubSnapshot.name(hub.type, hub.repo), at: commit, file), root: hub.root)
        }
        guard let status = Disk.status(path) else { return .unread }
        if let record = FinishedRecord.find(for: path), record.describes(status) {
            return .reference(record.reference, sha256: record.sha256)
        }
        var directory = Path.parent(path)
        while true {
            let metadata = Path.join(directory, ".cache/huggingface/download/\(ListPlaces.rest(path, below: directory) ?? "").metadata")
            if let known = HubLocalMetadata(reading: metadata), known.describes(status),
                let digest = PublishedDigest(.sha256, hex: known.etag)
            {
                return .hash(digest.hex)
            }
            if directory == folder || directory == "/" { return .unread }
            directory = Path.parent(directory)
        }
    }

    private func hash(_ files: [String], _ known: inout [Known]) async throws {
        let open = known.indices.filter { index in
            if case .unread = known[index] { true } else { false }
        }
        var done = 0
        var bytes: Int64 = 0
        try await withThrowingTaskGroup(of: (Int, String?, Int64).self) { group in
            var next = 0
            func addOne() {
                guard next < open.count else { return }
                let index = open[next]
                let path = files[index]
                next += 1
                group.addTask {
                    let size = Disk.followedStatus(path)?.size ?? 0
                    let check = FileCheck(tag: FileTag(ref: path, path: path), size: nil, digest: nil, authority: "")
                    do { return (index, try await check.run().digest, size) } catch is CancellationError {
                        throw CancellationError()
                    } catch {
                        return (index, nil, size)
                    }
                }
            }
            for _ in 0..<Self.readAtOnce { addOne() }
            while let (index, digest, size) = try await group.next() {
                done += 1
                bytes += size
                if let digest { known[index] = .hash(digest) }
                let tag = FileTag(ref: files[index], path: files[index])
                reporter.handle(.verified(tag, algorithm: "sha256", digest: digest))
                reporter.handle(
                    .warning(
                        tag, kind: "note", message: "hashed \(done) of \(open.count): \(files[index]) (\(ByteSize.text(bytes)) so far)"))
                addOne()
            }
        }
    }

    // MARK: what it is

    private struct Found: Sendable {
        var reference: String
        var title: String
    }

    /// Asks CivitAI for every hash; what it does not know is not in the answer.
    private func ask(_ known: [Known]) async throws -> [String: Found] {
        let hashes = Set(
            known.compactMap { known in
                if case .hash(let hash) = known { hash } else { nil }
            }
        ).sorted()
        guard !hashes.isEmpty else { return [:] }
        return try await AccountContext.with(context) { asking in
            var found: [String: Found] = [:]
            var complaint: Failure?
            try await withThrowingTaskGroup(of: (String, Found?, Failure?).self) { group in
                var next = 0
                func addOne() {
                    guard next < hashes.count, complaint == nil else { return }
                    let hash = hashes[next]
                    next += 1
                    group.addTask { try await Self.ask(hash, asking) }
                }
                for _ in 0..<Self.askedAtOnce { addOne() }
                while let (hash, answer, failure) = try await group.next() {
                    if let answer { found[hash] = answer }
                    complaint = complaint ?? failure
                    addOne()
                }
            }
            if let complaint {
                reporter.handle(.warning(nil, kind: "civitai", message: "CivitAI could not be asked for all hashes: \(complaint.message)"))
            }
            return found
        }
    }

    private static func ask(_ hash: String, _ asking: AccountContext) async throws -> (String, Found?, Failure?) {
        do {
            var request = FetchRequest(try asking.parser.parse("sha256:" + hash))
            request.selection.allowsUnsafe = true
            let resolution = try await asking.resolve(request, quiet: ["pickle", "unsafe", "scan_pending", "scan_failed"])
            return (hash, resolution.files.first.map { Found(reference: $0.pinned, title: resolution.title) }, nil)
        } catch let failure as Failure {
            if failure.kind == .interrupted { throw CancellationError() }
            return (hash, nil, failure.kind == .notFound ? nil : failure)
        }
    }

    private func entry(_ path: String, _ known: Known, _ found: [String: Found]) -> ImportedList.Entry {
        var model = ListedModel(line: 0)
        let (directory, name) = (Path.parent(path), Path.name(path))
        var note: String?
        switch known {
        case .reference(let reference, let sha256):
            model.references = [ListedText(reference, line: 0)]
            model.sha256 = sha256
        case .cached(let reference, let root):
            model.references = [ListedText(reference, line: 0)]
            model.layout = ListedText("hf-cache", line: 0)
            tell(path, reference, nil)
            let isOwn = HubFolders.cache(context.environment).map(Path.absolute) == root
            return .model(model, directory: isOwn ? nil : root, out: nil, note: nil)
        case .hash(let hash):
            guard let answer = found[hash] else { return missing(path, "sha256 \(hash)") }
            model.references = [ListedText(answer.reference, line: 0)]
            model.sha256 = hash
            note = answer.title
        case .unread: return missing(path, "it could not be read")
        }
        tell(path, model.references[0].text, model.sha256)
        return .model(model, directory: directory, out: name, note: note)
    }

    private func missing(_ path: String, _ why: String) -> ImportedList.Entry {
        let shown = ListPlaces.rest(path, below: folder) ?? path
        reporter.handle(.warning(FileTag(ref: path, path: path), kind: "not_found", message: "nothing says where \(shown) came from."))
        return .comment("Not found: \(shown), \(why)")
    }

    private func tell(_ path: String, _ reference: String, _ sha256: String?) {
        guard
            let parsed = try? ReferenceParser(endpoints: ServiceEndpoints(environment: context.environment), pathExists: { _ in false })
                .parse(reference)
        else { return }
        let resolved = Event.Resolved(
            source: SourceName(parsed.reference), title: "", name: Path.name(path), size: Disk.followedStatus(path)?.size, sha256: sha256,
            urlHost: nil, metadata: FileMetadata(), pinned: reference)
        if reporter is JSONReporter { reporter.handle(.resolved(FileTag(ref: reference, path: path), resolved)) }
    }
}
