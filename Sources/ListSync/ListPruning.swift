import FetchKit
import FetchTypes
import ModelList
import Partials
import Storage

/// Finds what a list once put into its folder and its lock no longer names.
struct ListPruning: Sendable {
    struct Found: Sendable {
        /// Absolute.
        var path: String
        var recordPath: String
        var reference: String
        /// Whether it is still as it was put there: only then it may be removed.
        var isUntouched: Bool
    }

    let list: LoadedList

    /// Removes what is untouched, and tells the host of every file.
    /// - Parameters:
    ///   - lock: what is to stay.
    ///   - code: the exit code of the run before. Nothing is removed after a failed one.
    /// - Returns: how many files were removed, or would be.
    func run(keeping lock: ModelLock, after code: Int32, isDryRun: Bool, _ host: any ListHost) -> Int {
        guard code == 0 else {
            host.warn("prune", "nothing is removed: not all is there.")
            return 0
        }
        var removed = 0
        for found in find(keeping: lock) {
            guard found.isUntouched else {
                host.warn("prune", "\(found.path) stays: it was changed since it came from \(found.reference).")
                continue
            }
            if isDryRun {
                host.warn("note", "would be removed: \(found.path)")
            } else if remove(found) {
                host.warn("note", "removed: \(found.path)")
            } else {
                host.warn("prune", "\(found.path) could not be removed.")
                continue
            }
            removed += 1
        }
        return removed
    }

    /// - Parameter lock: what is to stay.
    func find(keeping lock: ModelLock) -> [Found] {
        var kept: Set<String> = []
        for model in lock.models {
            let isInCache = list.models.first { $0.name == model.name }.map(list.isInCache) ?? false
            for file in model.files { kept.insert(list.places.target(file.path, isInCache: isInCache)) }
        }
        var roots = [list.places.folder]
        if list.places.base != roots[0], ListPlaces.rest(list.places.base, below: roots[0]) == nil { roots.append(list.places.base) }
        var found: [Found] = []
        for root in roots {
            FolderWalk.files(below: root, isWanted: { Path.name($0) != ".git" }) { path, status in
                guard status.kind == .file, let target = Self.target(ofRecord: path), !kept.contains(target),
                    let record = JSONFile.read(FinishedRecord.self, from: path), record.list == list.path,
                    let there = Disk.status(target)
                else { return }
                found.append(
                    Found(path: target, recordPath: path, reference: record.reference, isUntouched: record.describes(there)))
            }
        }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The file that a record is of; nil for what is not a record, and for those of a cache's blobs.
    private static func target(ofRecord path: String) -> String? {
        guard path.hasSuffix(".json") else { return nil }
        for store in FinishedRecord.Store.allCases {
            guard let range = path.ranges(of: "/\(store.rawValue)/").last else { continue }
            let folder = range.lowerBound == path.startIndex ? "/" : String(path[..<range.lowerBound])
            let name = String(path[range.upperBound...].dropLast(5))
            guard !name.hasPrefix("blobs/") else { return nil }
            return Path.join(folder, name)
        }
        return nil
    }

    /// Removes a file with its record, and the folders that are empty then.
    func remove(_ found: Found) -> Bool {
        Disk.remove(found.path)
        guard Disk.status(found.path) == nil else { return false }
        FinishedRecord.remove(found.recordPath)
        var folder = Path.parent(found.path)
        while folder != list.places.base, folder != list.places.folder,
            ListPlaces.rest(folder, below: list.places.base) != nil || ListPlaces.rest(folder, below: list.places.folder) != nil
        {
            Disk.removeIfEmpty(folder)
            folder = Path.parent(folder)
        }
        return true
    }
}
