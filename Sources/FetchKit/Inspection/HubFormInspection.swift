import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// What is where `huggingface_hub` would look for a file, by its own rules: a blob is known by its name, and in a folder
/// its metadata says what a file is. Only what that leaves open is read.
struct HubFormInspection {
    let planned: PlannedFile
    let compatibility: ToolCompatibilityRules

    /// - Parameter announce: told before a file has to be read whole.
    /// - Throws: ``Failure`` with exit code 73 when what is there is no file.
    func run(_ announce: () -> Void) async throws -> Inspection {
        if Disk.followedStatus(planned.target)?.kind == .directory {
            throw Failure(
                .exists, "\(planned.target) is a directory.", why: "the file is to have that name.",
                hint: "take it away, or choose another folder.")
        }
        guard compatibility.existing == .renew else { return .needed }
        switch planned.placement.form {
        case .cache(let entry):
            // In a snapshot without links is the file itself.
            let there = Disk.status(entry.pointer)?.kind == .file ? entry.pointer : entry.blob
            guard let status = Disk.followedStatus(there), status.kind == .file else { return .needed }
            guard isOffered(status) else { return renewal(of: status) }
            return .complete(size: status.size, sha256: published)
        case .local(let entry):
            guard let status = Disk.followedStatus(entry.file), status.kind == .file else { return .needed }
            guard isOffered(status) else { return renewal(of: status) }
            if let known = HubLocalMetadata(reading: entry.metadata), known.etag == entry.etag, known.describes(status) {
                return .complete(size: status.size, sha256: published)
            }
            guard let digest = planned.digest, let sha256 = try await Inspection.hash(entry.file, digest, announce) else {
                return renewal(of: status)
            }
            return .complete(size: status.size, sha256: sha256)
        case .plain: return .needed
        }
    }

    private func isOffered(_ status: FileStatus) -> Bool { planned.file.size == nil || planned.file.size == status.size }

    /// What is said of a file with other bytes: it was changed where our record no longer describes it.
    private func renewal(of status: FileStatus) -> Inspection {
        guard let record = planned.placement.knownRecord, record.identity == planned.file.identity, !record.describes(status),
            !Inspection.isOfHub(planned, record, status)
        else { return .needed }
        return .changed
    }

    private var published: String? { planned.digest?.algorithm == .sha256 ? planned.digest?.hex : nil }
}
