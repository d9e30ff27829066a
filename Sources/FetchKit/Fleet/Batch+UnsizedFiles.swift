import Events
import FetchTypes
import Fleet
import ModelSources
import Transfer

extension Batch {
    /// Reports the files that a fleet cannot divide, because their source does not state their size: each node gets them from the origin.
    /// - Parameters:
    ///   - needed: the files to transfer.
    ///   - files: all files of the batch.
    /// - Throws: ``Failure`` (69) where a fleet is required and none of the files can be divided.
    func reportUnsized(_ needed: [PlannedFile], of files: [PlannedFile]) throws(Failure) {
        guard let terms = services.fleet, case let unsized = needed.filter({ $0.file.size == nil && $0.cached == nil }), !unsized.isEmpty
        else { return }
        let what = unsized.count == 1 ? "\(unsized[0].name) has no known size" : "\(unsized.count) files have no known size"
        if terms.settings.isRequired, !files.contains(where: { ($0.file.size ?? 0) > 0 }) {
            throw Failure(
                .unreachable, "a fleet cannot fetch these files, and --fleet-required does not accept that.", why: "\(what).",
                hint: "omit --fleet: each node gets them from the origin.")
        }
        emit(.warning(nil, kind: "fleet", message: "\(what): each node gets \(unsized.count == 1 ? "it" : "them") from the origin."))
    }
}
