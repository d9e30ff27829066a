import FetchTypes
import Storage

/// A file of a random name in the folder that a member fills, as long as it is a member: another member that sees it in its own folder
/// writes to the same one.
struct FolderMark: Sendable {
    let name: String
    private let directory: String

    /// - Returns: nil where the folder cannot be written.
    init?(in directory: String) {
        // `cleanup` knows the ending: a process that is killed leaves an empty file.
        name = HashedName.of("\(ThisProcess.pid) \(UInt64.random(in: .min ... .max))") + ".fetchctl-new"
        self.directory = directory
        do {
            try Disk.makeDirectories(directory)
            _ = try OpenFile(Path.join(directory, name), .create)
        } catch { return nil }
    }

    /// Whether another member's mark is here too.
    func isBeside(_ other: String) -> Bool {
        other != name && !other.isEmpty && !other.contains("/") && Disk.status(Path.join(directory, other)) != nil
    }

    func remove() { Disk.remove(Path.join(directory, name)) }
}
