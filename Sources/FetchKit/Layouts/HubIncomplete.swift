import Aria2
import Crypto
import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What `huggingface_hub` left of a file when its download ended early: `*.incomplete`, where each version puts it.
///
/// In a cache these are `blobs/<etag>.incomplete`, which versions up to 1.17 resume, and `blobs/<etag>.<8 hex>.incomplete`,
/// which is not usual; in a local folder the same names behind a hash, among the metadata. All of them are written in order
/// from the start. None is touched without the file's lock.
struct HubIncomplete {
    let planned: PlannedFile

    private static let ending = ".incomplete"

    /// Makes the longest of them the beginning of our partial, where there is none yet and a published hash will judge it.
    /// - Throws: ``IOFault``.
    func importPartial() throws(IOFault) {
        let names = planned.placement.partial
        guard let size = planned.file.size, size > 0, planned.digest != nil, Disk.status(names.data) == nil else { return }
        guard !planned.incomplete.isEmpty, let lock = lock() else { return }
        defer { withExtendedLifetime(lock) {} }
        let beginnings = planned.incomplete.compactMap { path -> (path: String, bytes: Int64)? in
            guard let status = Disk.status(path), status.kind == .file, isAtRest(path, status), (1...size).contains(status.size) else {
                return nil
            }
            return (path, status.size)
        }
        guard let longest = beginnings.max(by: { $0.bytes < $1.bytes }) else { return }
        let map = PieceMap(size: size, beginning: longest.bytes)
        guard map.presentBytes > 0 else { return }
        try planned.beginPartial(with: map) { () throws(IOFault) in try Disk.moveAside(longest.path, to: names.data) }
    }

    /// Takes them away once the file itself is there.
    /// - Parameter isLocked: whether the file's lock is held by us already.
    func remove(isLocked: Bool) {
        guard !planned.incomplete.isEmpty else { return }
        let lock = isLocked ? nil : lock()
        guard isLocked || lock != nil else { return }
        for path in planned.incomplete {
            if let status = Disk.status(path), status.kind == .file, isAtRest(path, status) { Disk.remove(path) }
        }
        withExtendedLifetime(lock) {}
    }

    /// On a disk of this machine the lock tells; elsewhere it has not been written to for two minutes.
    private func isAtRest(_ path: String, _ status: FileStatus) -> Bool {
        Disk.isLocal(path) || ThisProcess.now - Double(status.modified) / 1e9 > 120
    }

    private func lock() -> HubLock? { planned.placement.sharedLock.flatMap(HubLock.tryAcquire) }

    /// What there is of a file.
    /// - Parameter listings: the names of such files by folder: each folder is read once, since a repo may have thousands of files.
    /// - Returns: paths.
    static func find(_ planned: PlannedFile, _ listings: inout [String: [String]]) -> [String] {
        let folder: String
        switch planned.placement.form {
        case .plain: return []
        case .cache(let entry): folder = entry.folder.blobs
        case .local(let entry): folder = Path.parent(entry.metadata)
        }
        let names = listings[folder] ?? Disk.names(in: folder).filter { $0.hasSuffix(ending) }
        listings[folder] = names
        guard !names.isEmpty else { return [] }
        let beginning = beginning(planned.placement.form)
        return names.filter { isOne($0, of: beginning) }.map { Path.join(folder, $0) }
    }

    private static func beginning(_ form: PlacementPlan.Form) -> String {
        switch form {
        case .plain: return ""
        case .cache(let entry): return entry.etag
        case .local(let entry):
            let hash = Data(Insecure.SHA1.hash(data: Array(Path.name(entry.metadata).utf8))).base64EncodedString()
            return hash.replacing("+", with: "-").replacing("/", with: "_") + "." + entry.etag
        }
    }

    private static func isOne(_ name: String, of beginning: String) -> Bool {
        guard name.hasPrefix(beginning + "."), name.hasSuffix(ending) else { return false }
        let middle = name.utf8.count - beginning.utf8.count - ending.utf8.count
        return middle == 0 || middle == 9
    }
}
