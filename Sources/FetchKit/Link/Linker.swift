package import Events
import FetchTypes
import Layouts
package import ModelReference
package import ModelSources
package import Partials
package import Storage
package import Transfer

/// Puts files that are on this machine where a layout looks for them: nothing is downloaded.
package struct Linker: Sendable {
    /// One file that was linked, or was there already.
    package struct Linked: Sendable {
        package let path: String
        /// Nil where it was there already.
        package let source: String?
        package let method: CopyMethod?
        package let size: Int64
        package let sha256: String?
    }

    private let options: FetchOptions
    private let methods: [CopyMethod]
    /// Folders whose records say where copies are.
    private let folders: [String]
    private let copies: LocalCopies
    private let emit: EventSink

    /// - Parameter methods: tried in this order.
    package init(options: FetchOptions, methods: [CopyMethod], folders: [String], emit: @escaping EventSink) {
        self.options = options
        self.methods = methods
        self.folders = folders
        copies = LocalCopies(options)
        self.emit = emit
    }

    /// What a local file is, as a source would say it.
    /// - Parameters:
    ///   - record: what is known of it.
    ///   - reference: the reference in its record; nil where there is none.
    /// - Throws: ``Failure`` where it cannot be read.
    package static func describe(
        _ path: String, _ record: FinishedRecord?, _ reference: ModelReference?
    ) async throws -> Resolution {
        guard let status = Disk.followedStatus(path), status.kind == .file, let open = try? OpenFile(path, .followed) else {
            throw Failure(.notFound, "\(path) is no file that can be read.", hint: "check the path and its permissions.")
        }
        var sha256 = record.flatMap { $0.describes(status) ? $0.sha256 : nil }
        if sha256 == nil {
            let hashing = IncrementalHasher(gitSize: nil)
            try await hashing.advance(to: status.size, in: open)
            sha256 = hashing.values().sha256
        }
        var file = SourceFile(
            identity: record?.identity ?? "file:\(path)", pinned: record?.reference ?? path, path: Path.name(path),
            size: ByteCount(status.size), digest: sha256.flatMap { PublishedDigest(.sha256, hex: $0) }, locator: NoLocator())
        file.metadata.model = record?.model
        file.metadata.type = record?.modelType
        file.metadata.baseModel = record?.baseModel
        guard case .huggingFace(let hub)? = reference, case .path(let repoPath) = hub.part, let commit = hub.revision,
            HubCacheReader.isCommit(commit)
        else {
            return Resolution(source: .direct, title: Path.name(path), files: [file])
        }
        file.repoPath = repoPath
        return Resolution(
            source: .huggingFace, title: Path.name(path), files: [file],
            hub: HubSnapshot(type: hub.type, repo: hub.repo, revision: "main", commit: commit))
    }

    /// - Parameter source: the one file that is meant; nil: each is looked for by its hash.
    /// - Throws: ``Failure``, `CancellationError`.
    package func run(_ request: FetchRequest, _ resolution: Resolution, from source: String?) async throws -> [Linked] {
        if resolution.hub == nil, [.hfCache, .hfLocal, .llamaCpp].contains(request.layout) {
            throw Failure(
                .usage, "--layout \(request.layout.rawValue) does not take \(request.reference.shown).",
                why: "it is not known of which Hugging Face repo and commit it is.", hint: "give the reference: hf:org/name/file.")
        }
        var planner = Planner(options: options, folderCount: 1)
        let (files, _) = try planner.plan(request, resolution, kinds: kinds(resolution, request, source))
        let snapshot = SnapshotFinalizer(request, resolution, files)
        let store = OllamaFinalizer(request, resolution, files)
        do {
            try snapshot?.begin()
            try store?.begin()
            var linked: [Linked] = []
            for planned in files { linked.append(try await link(planned, request, source)) }
            try snapshot?.finish(emit: emit)
            try store?.finish()
            return linked
        } catch let fault as IOFault {
            throw fault.failure
        }
    }

    private func link(_ planned: PlannedFile, _ request: FetchRequest, _ given: String?) async throws -> Linked {
        if case .complete(let size, let sha256) = try await Inspection.of(planned, options: options, announce: {}) {
            try await FilePlacer(planned.placement).confirm()
            return Linked(path: planned.target, source: nil, method: nil, size: size, sha256: sha256)
        }
        guard let source = try await find(planned, given) else {
            throw Failure(
                .notFound, "\(planned.shown) is not on this machine.",
                why: "neither a cache nor a record nor dedupe_folders has its bytes.",
                hint: "fetch it: fetchctl add \(request.reference.shown) --layout \(request.layout.rawValue)")
        }
        try Preflight.prepare(planned)
        let method: CopyMethod
        do {
            method = try await LocalCopy.make(source, at: planned.placement.payload, by: methods)
        } catch is LocalCopy.AcrossDisks {
            throw Failure(
                .io, "\(source) cannot be linked to \(planned.target).",
                why: "they are on different file systems, or this one has no links.",
                hint: "add --symlink for a symbolic link, or --copy for a copy of the bytes.", code: .cannotCreate)
        }
        if let status = Disk.followedStatus(planned.placement.payload), method != .symlink {
            var record = FinishedRecord(
                reference: planned.file.pinned, identity: planned.file.identity, size: status.size, modified: status.modified,
                sha256: planned.digest?.algorithm == .sha256 ? planned.digest?.hex : nil, digest: planned.digest?.description,
                verified: planned.digest?.algorithm.rawValue)
            record.note(planned.file.metadata)
            try record.write(to: planned.recordPath)
        }
        try await FilePlacer(planned.placement).confirm()
        return Linked(
            path: planned.target, source: source, method: method, size: planned.file.size ?? 0,
            sha256: planned.digest?.algorithm == .sha256 ? planned.digest?.hex : nil)
    }

    /// A file with these bytes: the one that was named, else the first that is found; read and compared where no record vouches for it.
    private func find(_ planned: PlannedFile, _ given: String?) async throws -> String? {
        if let given { return given }
        guard let digest = planned.digest, let size = planned.file.size else { return nil }
        if digest.algorithm == .sha256 {
            guard
                let path = try await copies.find(
                    sha256: digest.hex, size: size, for: planned.placement.payload, folders: folders)
            else { return nil }
            return try await Inspection.hash(path, digest, {}) == nil ? nil : path
        }
        // Small files of a repo have no SHA-256 at the Hub: its cache names them by what it does publish.
        for repo in options.hubCache.map(Disk.names(in:)) ?? [] {
            let path = Path.join(options.hubCache ?? "", "\(repo)/blobs/\(digest.hex)")
            if Disk.followedStatus(path)?.size == size, try await Inspection.hash(path, digest, {}) != nil { return path }
        }
        return nil
    }

    private func kinds(_ resolution: Resolution, _ request: FetchRequest, _ source: String?) -> [ModelKind?] {
        guard request.layout == .a1111 || request.layout == .comfyui else { return [] }
        return resolution.files.map { file in
            if let kind = ModelKind(file.metadata, name: file.path) ?? request.kind { return kind }
            guard let source, let open = try? OpenFile(source, .followed) else {
                return KindFinder.byPath(file.repoPath ?? file.path)?.kind
            }
            var head = [UInt8](repeating: 0, count: Int(ModelHeader.window))
            let count = head.withUnsafeMutableBytes { (try? open.read(into: $0, at: 0)) ?? 0 }
            return ModelHeader.kind(Array(head[..<count]), ending: Path.pathExtension(source))?.kind
                ?? KindFinder.byPath(file.repoPath ?? file.path)?.kind
        }
    }

    /// There is nothing to ask for.
    private struct NoLocator: ByteLocator {
        var host: String { "" }
        func locate() async throws -> ByteLink { throw Failure(.io, "a local file has no link.", hint: "give its reference.") }
    }
}
