import Events
import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
package import Transfer

/// What is at a file's target before anything is fetched.
package enum Inspection: Sendable {
    /// Nothing, or an older version of the same thing: the file is to be fetched.
    case needed
    /// The same thing, with other bytes than its record says: it is to be fetched again, and that is said.
    case changed
    /// It is all there.
    case complete(size: Int64, sha256: String?)

    /// - Parameter announce: told before a file has to be read whole.
    /// - Throws: ``Failure`` with exit code 73 when something else has the name.
    package static func of(_ planned: PlannedFile, options: FetchOptions, announce: () -> Void) async throws -> Inspection {
        if let compatibility = planned.compatibility {
            if case .plain = planned.placement.form { return try ToolInspection(planned: planned, compatibility: compatibility).run() }
            return try await HubFormInspection(planned: planned, compatibility: compatibility).run(announce)
        }
        if case .cache(let entry) = planned.placement.form {
            return try await CacheInspection(planned: planned, entry: entry, options: options).run(announce)
        }
        guard let status = Disk.status(planned.target) else { return .needed }
        switch status.kind {
        case .directory:
            throw Failure(
                .exists, "\(planned.target) is a directory.", why: "the file is to have that name.",
                hint: "choose another name with -o NAME or another directory with -d DIR.")
        case .other:
            throw Failure(
                .exists, "\(planned.target) is neither a file nor a directory.",
                hint: "choose another name with -o NAME or another directory with -d DIR.")
        case .file, .link: break
        }
        if options.force { return .needed }
        let record = planned.placement.knownRecord
        if let record, record.identity == planned.file.identity || record.identity == planned.replaces {
            // A file that was moved to another disk, and linked back, is still the recorded one.
            let there = Disk.followedStatus(planned.target).flatMap { record.describes($0) ? $0 : nil } ?? status
            return try await compare(there, record: record, planned: planned, options: options, announce: announce)
        }
        // No record of ours: the published digest tells whether it is the file all the same.
        if let digest = planned.digest, planned.file.size == nil || planned.file.size == Disk.followedStatus(planned.target)?.size,
            let sha256 = try await hash(planned, digest, announce)
        {
            if !options.dryRun { try? writeRecord(planned, sha256: sha256, verified: digest.algorithm.rawValue) }
            return .complete(size: Disk.followedStatus(planned.target)?.size ?? 0, sha256: sha256)
        }
        // A list may replace what it put there, as long as that is unchanged.
        if let record, let list = planned.list, record.list == list, record.describes(status) { return .needed }
        throw Failure(
            .exists, "\(planned.target) exists and is something else than \(planned.shown).",
            why: record.map { "it came from \($0.reference)." } ?? foreign(planned),
            hint: "use --force to replace it, or choose another name with -o NAME or another directory with -d DIR.")
    }

    /// What is known of a file without a record of ours.
    private static func foreign(_ planned: PlannedFile) -> String {
        if case .local(let entry) = planned.placement.form, let known = HubLocalMetadata(reading: entry.metadata) {
            return "huggingface_hub put it there at commit \(known.commit.prefix(7)), and does not say of which repo."
        }
        return "fetchctl has no record of where it came from."
    }

    private static func compare(
        _ status: FileStatus, record: FinishedRecord, planned: PlannedFile, options: FetchOptions, announce: () -> Void
    ) async throws -> Inspection {
        let offered = planned.file
        let sameOffer =
            if let digest = planned.digest {
                record.digest == digest.description || record.sha256 == digest.hex
            } else if let etag = offered.etag, let was = record.etag { Validators.isSame(etag: etag, was) } else {
                offered.size == nil || offered.size == record.size
            }
        if record.describes(status) { return sameOffer ? .complete(size: record.size, sha256: record.sha256) : .needed }
        // Touched since: reading it once tells whether the bytes are those of the source, or still those of the record.
        if let expected = planned.digest ?? (sameOffer ? record.expectation : nil), offered.size == nil || offered.size == status.size,
            let sha256 = try await hash(planned, expected, announce)
        {
            if !options.dryRun {
                try? writeRecord(planned, sha256: sha256, verified: expected.algorithm.rawValue, etag: sameOffer ? record.etag : nil)
            }
            return .complete(size: status.size, sha256: sha256)
        }
        if isBeingReplaced(planned, record) || isOfHub(planned, record, status) { return .needed }
        if !sameOffer, try await isRecorded(planned, record, announce) { return .needed }
        // A list, an update, or a newer version under another identity, replaces only what is unchanged.
        guard planned.list == nil, planned.replaces == nil, record.identity == planned.file.identity else { throw changed(planned, record) }
        return .changed
    }

    /// Whether an earlier run ended between the record of the new file and its final name: the file is the older one then.
    private static func isBeingReplaced(_ planned: PlannedFile, _ record: FinishedRecord) -> Bool {
        Disk.status(planned.placement.partial.data)?.size == record.size
    }

    /// Whether `huggingface_hub` has put another version there since.
    static func isOfHub(_ planned: PlannedFile, _ record: FinishedRecord, _ status: FileStatus) -> Bool {
        guard case .local(let entry) = planned.placement.form, let known = HubLocalMetadata(reading: entry.metadata),
            known.describes(status)
        else { return false }
        return known.etag != record.expectation?.hex && known.etag != record.sha256
    }

    private static func isRecorded(_ planned: PlannedFile, _ record: FinishedRecord, _ announce: () -> Void) async throws -> Bool {
        guard let digest = record.expectation else { return false }
        return try await hash(planned, digest, announce) != nil
    }

    private static func changed(_ planned: PlannedFile, _ record: FinishedRecord) -> Failure {
        // The name within the folder: without it the file would go to the folder itself.
        let name = planned.target.hasPrefix(planned.directory + "/") ? planned.target.dropFirst(planned.directory.count + 1) : ""
        let out = name.contains("/") ? " -o \(String(name).shellWord)" : ""
        let command = "fetchctl add --force \(planned.tag.ref.shellWord) -d \(planned.directory.shellWord)\(out)"
        return Failure(
            .exists, "\(planned.target) was changed since \(planned.shown) was put there.",
            why: record.expectation == nil
                ? "its size or its time is not the one in its record, which has no hash to compare."
                : "its bytes are no longer those of its record.",
            hint: planned.replaces == nil
                ? "use --force to replace it, or move it away."
                : "move it away, or replace it with: \(command)")
    }

    /// - Returns: the file's SHA-256 if its bytes have the digest; nil if they have another.
    private static func hash(_ planned: PlannedFile, _ digest: PublishedDigest, _ announce: () -> Void) async throws -> String? {
        guard Disk.status(planned.target)?.kind == .file else { return nil }
        return try await hash(planned.target, digest, announce)
    }

    /// - Returns: the SHA-256 of what a path leads to if its bytes have the digest; nil if they have another.
    static func hash(_ path: String, _ digest: PublishedDigest, _ announce: () -> Void) async throws -> String? {
        announce()
        guard let file = try? OpenFile(path, .followed), let size = try? file.status().size else { return nil }
        let hashing = IncrementalHasher(gitSize: digest.algorithm == .gitSHA1 ? size : nil)
        try await hashing.advance(to: size, in: file)
        return hashing.value(digest.algorithm) == digest.hex ? hashing.values().sha256 : nil
    }

    /// Records a finished file as it is now.
    static func writeRecord(_ planned: PlannedFile, sha256: String?, verified: String, etag: String? = nil) throws(IOFault) {
        guard let status = Disk.status(planned.target), status.kind == .file else { return }
        var record = FinishedRecord(
            reference: planned.file.pinned, identity: planned.file.identity, size: status.size, modified: status.modified, sha256: sha256,
            digest: planned.digest?.description, etag: etag ?? planned.file.etag, verified: verified)
        record.note(planned.file.metadata)
        record.list = planned.placement.knownRecord?.list
        try record.write(to: planned.recordPath)
    }
}
