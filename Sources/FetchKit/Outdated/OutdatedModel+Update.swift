package import FetchTypes
import Layouts
package import ModelReference
import ModelSources
import Partials
import Storage
package import Transfer

/// How an outdated model is updated.
extension OutdatedModel {
    /// The request that downloads what is newer, into the folder or cache of what is here.
    /// - Throws: ``Failure`` where the reference is not understood.
    package func updateRequest(_ parser: ReferenceParser) throws(Failure) -> FetchRequest {
        var request = FetchRequest(try parser.parse(pinned ?? ref))
        if let cache {
            request.layout = .hfCache
            request.directory = cache
            request.selection.include = files
        } else {
            request.directory = Path.parent(path)
            if let place = placeInRepo(of: request.reference.reference) { (request.directory, request.out) = place }
            // A folder that huggingface_hub knows keeps its form: its own metadata has to say what is there.
            if let record, let known = FinishedRecord.folder(of: record), known.hasSuffix("/" + FinishedRecord.Store.hubLocal.rawValue) {
                request.layout = .hfLocal
                request.directory = String(known.dropLast(FinishedRecord.Store.hubLocal.rawValue.utf8.count + 1))
            }
        }
        return request
    }

    /// The folder that a repo was fetched into and the file's path below it, where it has kept its path: the newer one is recorded there
    /// too, so that it replaces the older one and the repo's next run finds it.
    private func placeInRepo(of reference: ModelReference) -> (directory: String, out: String)? {
        guard case .huggingFace(let hub) = reference, case .path(let name) = hub.part, Path.name(name) == Path.name(path), let record,
            let known = FinishedRecord.folder(of: record), known.hasSuffix("/" + FinishedRecord.Store.own.rawValue)
        else { return nil }
        let root = String(known.dropLast(FinishedRecord.Store.own.rawValue.utf8.count + 1))
        guard path.hasPrefix(root + "/") else { return nil }
        let below = String(path.dropFirst(root.count + 1))
        return below.contains("/") ? (root, below) : nil
    }

    /// Marks the planned file that has the older one's name as its replacement.
    /// - Parameter replaces: whether the older file may be replaced.
    /// - Throws: ``Failure`` where it may not, and the names are the same.
    package func reviewUpdate(_ planned: inout [PlannedFile], replaces: Bool) throws(Failure) {
        for place in planned.indices { planned[place].file.metadata.branch = branch ?? planned[place].file.metadata.branch }
        guard cache == nil else { return }
        for place in planned.indices where planned[place].target == path {
            guard replaces else {
                throw Failure(
                    .exists, "\(path) would be replaced by its newer version.", why: "both have the same name.",
                    hint: "add --replace, or fetch the newer one to another folder.")
            }
            planned[place].replaces = planned[place].placement.knownRecord?.identity
        }
    }

    /// Removes the older file with its record, once the newer one is there under another name.
    /// - Returns: false where the older file was changed since it was fetched: it stays.
    @discardableResult
    package func removeOlder(than result: Batch.Result) -> Bool {
        guard cache == nil, case .there(let paths) = result, !paths.isEmpty, !paths.contains(path) else { return true }
        if let record, let known = FinishedRecord.read(record), let status = Disk.status(path), !known.describes(status) { return false }
        Disk.remove(path)
        if let record { FinishedRecord.remove(record) }
        return true
    }
}
