import FetchTypes
import Storage

/// A marker file with a random name in a member's target folder, which exists while it is a member. Another member that finds it in its own
/// folder writes to the same one.
struct FolderMark: Sendable {
    let name: String
    private let directory: String

    /// - Returns: nil where the folder cannot be written.
    init?(in directory: String) {
        // `cleanup` removes files with this ending: a process that is killed leaves an empty one.
        name = Path.name(Disk.temporaryPath(in: directory))
        self.directory = directory
        do {
            try Disk.makeDirectories(directory)
            _ = try OpenFile(Path.join(directory, name), .create)
        } catch { return nil }
    }

    /// Whether another member's marker is in this folder.
    func isBeside(_ other: String) -> Bool {
        other != name && !other.isEmpty && !other.contains("/") && Disk.status(Path.join(directory, other)) != nil
    }

    /// Whether files of this folder can have a second name.
    var canHaveLinks: Bool {
        let other = Disk.temporaryPath(in: directory)
        defer { Disk.remove(other) }
        return (try? Disk.addName(other, to: Path.join(directory, name))) ?? false
    }

    func remove() { Disk.remove(Path.join(directory, name)) }
}
