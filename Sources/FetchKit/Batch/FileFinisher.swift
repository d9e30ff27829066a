import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// Gives a whole and verified file its name: syncs it, writes its record, renames it.
struct FileFinisher {
    let planned: PlannedFile
    let partial: Partial
    let options: FetchOptions

    /// - Throws: ``Failure``, ``IOFault``.
    func place(_ verdict: Verdict) async throws {
        try partial.file.synchronize()
        try requireInPlace()
        try await refuseStranger()
        // That may have taken long enough for another machine to take the partial over.
        try requireInPlace()
        // The record first: a crash between the two leaves a file that is known, never one that is in the way.
        let status = try partial.file.status()
        var record = FinishedRecord(
            reference: planned.file.pinned, identity: planned.file.identity, size: status.size, modified: status.modified,
            sha256: verdict.sha256, digest: planned.digest?.description, etag: partial.record.etag,
            lastModified: partial.record.lastModified ?? planned.file.lastModified, verified: verdict.algorithm)
        record.note(planned.file.metadata)
        record.list = planned.list
        if let compatibility = planned.compatibility {
            if compatibility.takesServerTime, let time = serverTime { partial.file.setModified(time) }
            return try await move()
        }
        try await Disk.whileVanishing { try record.write(to: planned.recordPath) }
        try await move()
        // A copy may have got another time.
        if let placed = Disk.status(planned.placement.payload), placed.kind == .file, placed.modified != record.modified {
            record.modified = placed.modified
            try record.write(to: planned.recordPath)
        }
    }

    private func move() async throws {
        try requireInPlace()
        try await FilePlacer(planned.placement).place(partial)
    }

    private func requireInPlace() throws(Failure) {
        guard partial.isInPlace() else {
            throw Failure(
                .io, "the partial \(partial.names.data) vanished while it was being fetched.", why: "something removed or replaced it.",
                hint: "run the same command again: it starts that file again.")
        }
    }

    /// When the source last changed the file, in nanoseconds since 1970; nil where it does not say, or says what no date is.
    private var serverTime: Int64? {
        // An empty file has no bytes to ask for: what was said with its link counts.
        guard let seconds = (partial.record.lastModified ?? planned.file.lastModified).flatMap(UTCTime.imfFixdate),
            (0..<Self.endOfTime).contains(seconds)
        else { return nil }
        return Int64(seconds) * 1_000_000_000
    }

    /// The year 2200: a later date is a mistake, and soon behind it nanoseconds since 1970 no longer fit.
    private static let endOfTime: Double = 7_258_118_400

    /// Whatever got the name while the file was on its way is not ours to replace, unless it would have been before.
    func refuseStranger() async throws {
        // A blob of that name is the same file, whichever program downloaded it.
        if case .cache = planned.placement.form { return }
        _ = try await Inspection.of(planned, options: options, announce: {})
    }
}
