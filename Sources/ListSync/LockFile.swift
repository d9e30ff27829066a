import FetchKit
import FetchTypes
import ModelList
import Storage

/// The lock's file, and what is said of its changes.
struct LockFile {
    let list: LoadedList

    /// Writes it where it says something new.
    /// - Throws: ``Failure``.
    func write(_ lock: ModelLock) throws(Failure) {
        let bytes = Array(lock.text.utf8)
        guard Disk.contents(list.lockPath, limit: ModelLock.longest, onlyFiles: true) != bytes else { return }
        do throws(IOFault) { try Disk.replace(list.lockPath, with: bytes, keepsMode: true) } catch { throw error.failure }
    }
}

/// What a model's entry in a lock was and is, in lines for people.
enum LockChange {
    static func lines(from old: LockedModel?, to new: LockedModel) -> [String] {
        guard let old else { return ["\(new.name): → \(new.pinned)"] }
        if old.pinned != new.pinned { return ["\(new.name): \(old.pinned) → \(new.pinned)"] }
        var lines: [String] = []
        for file in new.files {
            guard let was = old.file(file.path) else {
                lines.append("\(new.name): → \(file.path.text)")
                continue
            }
            if let one = was.digest, let other = file.digest, one.algorithm == other.algorithm, one != other {
                lines.append("\(new.name): \(file.path.text): \(one.description) → \(other.description)")
            }
        }
        for file in old.files where new.file(file.path) == nil { lines.append("\(new.name): \(file.path.text) →") }
        return lines
    }
}
