package import Events
import FetchTypes
import Layouts
import ModelReference
package import ModelSources
import Partials
package import Storage
package import Transfer

/// Puts files that are on this machine where a layout looks for them: nothing is downloaded.
package struct Linker: Sendable {
    /// One file that was linked, or was there already.
    package struct Linked: Sendable {
        package let path: String
        /// Nil where it was there already.
        package let source: String?
        /// Nil where it was there already, and where it was only looked at.
        package let method: CopyMethod?
        package let size: Int64
        package let sha256: String?
    }

    /// A file of the layout and its source; the source is nil where the file is in its place already.
    private struct Step {
        var planned: PlannedFile
        var source: String?
        var size: Int64
        var sha256: String?
    }

    /// Which file each target of this command has been given to.
    private let claims = LinkClaims()
    /// Whether it only says what it would do.
    package var isDryRun = false
    let options: FetchOptions
    private let methods: [CopyMethod]
    /// Folders whose records say where copies are.
    let folders: [String]
    let copies: LocalCopies
    let emit: EventSink

    /// - Parameter methods: tried in this order.
    package init(options: FetchOptions, methods: [CopyMethod], folders: [String], emit: @escaping EventSink) {
        self.options = options
        self.methods = methods
        self.folders = folders
        copies = LocalCopies(options)
        self.emit = emit
    }

    /// Links what a reference names: each file is looked for by its hash, or by its record.
    /// - Throws: ``Failure``, `CancellationError`.
    package func run(_ request: FetchRequest, _ resolution: Resolution) async throws -> [Linked] {
        try await run(request, resolution, from: [:], .keep)
    }

    /// - Parameters:
    ///   - given: the files that are meant, by their ``ModelSources/SourceFile/pinned``.
    ///   - rule: for the branch in a Hub cache.
    func run(
        _ request: FetchRequest, _ resolution: Resolution, from given: [String: LinkBytes], _ rule: SnapshotFinalizer.RevisionRule
    ) async throws -> [Linked] {
        if resolution.hub == nil, [.hfCache, .hfLocal, .llamaCpp].contains(request.layout) {
            throw Failure(
                .usage, "--layout \(request.layout.rawValue) does not take \(request.reference.shown).",
                why: "it is not known of which Hugging Face repo and commit it is.", hint: "give the reference: hf:org/name/file.")
        }
        var planner = Planner(options: options, folderCount: 1)
        let (files, _) = try planner.plan(request, resolution, kinds: kinds(resolution, request, given))
        // All steps are planned first: nothing is made when one file is missing.
        var steps: [Step] = []
        for planned in files { steps.append(try await step(planned, request, given[planned.file.pinned])) }
        if isDryRun {
            return try steps.map { step in
                if let source = step.source { try attempt(source, for: step.planned, request.layout) }
                return Linked(path: step.planned.target, source: step.source, method: nil, size: step.size, sha256: step.sha256)
            }
        }
        let snapshot = SnapshotFinalizer(request, resolution, files, rule)
        let store = OllamaFinalizer(request, resolution, files)
        do {
            try snapshot?.begin()
            try store?.begin()
            var linked: [Linked] = []
            for step in steps { linked.append(try await link(step, for: request.layout)) }
            try snapshot?.finish(emit: emit)
            try store?.finish()
            return linked
        } catch let fault as IOFault {
            throw fault.failure
        }
    }

    private func step(_ planned: PlannedFile, _ request: FetchRequest, _ given: LinkBytes?) async throws -> Step {
        if case .complete(let size, let sha256) = try await Inspection.of(planned, options: options, announce: {}) {
            return Step(planned: planned, size: size, sha256: sha256)
        }
        var source = given?.path
        if source == nil { source = try await find(planned) }
        guard let source else {
            throw Failure(
                .notFound, "\(planned.shown) is not on this machine.",
                why: "no cache, program's folder or record that is known here, and none of dedupe_folders, has its bytes.",
                hint: "fetch it: fetchctl add \(request.reference.shown) --layout \(request.layout.rawValue)")
        }
        let sha256 = planned.digest?.algorithm == .sha256 ? planned.digest?.hex : given?.sha256
        guard try claims.take(planned.target, for: source, sha256) else {
            return Step(planned: planned, size: planned.file.size ?? 0, sha256: sha256)
        }
        return Step(planned: planned, source: source, size: planned.file.size ?? 0, sha256: sha256)
    }

    private func link(_ step: Step, for layout: Layout) async throws -> Linked {
        let planned = step.planned
        guard let source = step.source else {
            try await FilePlacer(planned.placement).confirm()
            return Linked(path: planned.target, source: nil, method: nil, size: step.size, sha256: step.sha256)
        }
        try Preflight.prepare(planned)
        let method: CopyMethod
        do {
            method = try await LocalCopy.make(source, at: planned.placement.payload, by: methods(for: source, layout))
        } catch is LocalCopy.AcrossDisks {
            throw noLink(from: source, to: planned, layout)
        }
        if let status = Disk.followedStatus(planned.placement.payload), method != .symlink {
            var record = FinishedRecord(
                reference: planned.file.pinned, identity: planned.file.identity, size: status.size, modified: status.modified,
                sha256: step.sha256, digest: planned.digest?.description, verified: planned.digest?.algorithm.rawValue)
            record.note(planned.file.metadata)
            try record.write(to: planned.recordPath)
        }
        try await FilePlacer(planned.placement).confirm()
        return Linked(path: planned.target, source: source, method: method, size: step.size, sha256: step.sha256)
    }

    /// Tries what ``link(_:for:)`` would do, and leaves nothing behind.
    /// - Throws: ``Failure`` where it would fail.
    private func attempt(_ source: String, for planned: PlannedFile, _ layout: Layout) throws {
        do {
            _ = try LocalCopy.attempt(source, at: planned.placement.payload, by: methods(for: source, layout))
        } catch is LocalCopy.AcrossDisks {
            throw noLink(from: source, to: planned, layout)
        } catch let fault as IOFault {
            throw fault.failure
        }
    }

    private func isPrivate(_ source: String, _ layout: Layout) -> Bool { layout == .ollama && !OllamaStore.takesName(of: source) }

    private func methods(for source: String, _ layout: Layout) -> [CopyMethod] {
        isPrivate(source, layout) ? methods.filter { $0 != .hardlink } : methods
    }

    private func noLink(from source: String, to planned: PlannedFile, _ layout: Layout) -> Failure {
        Failure(
            .io, "\(source) cannot be linked to \(planned.target).",
            why: isPrivate(source, layout)
                ? "Ollama's server may not read it as it is, and a second name has the same mode."
                : "they are on different file systems, or this one has no links.",
            hint: "add --symlink for a symbolic link, or --copy for a copy of the bytes.", code: .cannotCreate)
    }
}
