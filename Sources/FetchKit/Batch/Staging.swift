import FetchTypes
import Layouts
import Partials
import Storage
import Transfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where partials go whose target takes a file from its start to its end only: they are gathered here and copied
/// when they are whole.
struct Staging {
    /// As the user named it; nil: the system's place for temporary files.
    let chosen: String?
    let environment: [String: String]
    private var taken: [String: Bool] = [:]

    init(chosen: String?, environment: [String: String]) {
        self.chosen = chosen
        self.environment = environment
    }

    /// Moves a file's partial here if it cannot be beside its target, whose folders are there.
    /// - Returns: what to tell the user, once for a directory.
    /// - Throws: ``Failure`` with exit code 73 when this place is no better.
    mutating func place(_ planned: inout PlannedFile) throws(Failure) -> String? {
        let own = planned.placement.partial.data
        let directory = Path.parent(own)
        let isNew = taken[directory] == nil
        let isFine = taken[directory] ?? RandomWrites.areTaken(in: directory)
        taken[directory] = isFine
        if isFine { return nil }
        let folder = try folder()
        // Of two files with one name each has its own.
        planned.placement.partial = PartialNames(
            target: Path.join(folder, HashedName.of(planned.placement.payload) + "-" + Path.name(planned.placement.payload)))
        return isNew ? "\(directory) takes files from start to end only: they are gathered in \(folder), and copied when whole." : nil
    }

    /// The folder, made if need be.
    private func folder() throws(Failure) -> String {
        let folder: String
        if let chosen {
            folder = Path.absolute(Path.join(Path.currentDirectory, chosen))
        } else {
            let temporary = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
            // Of one's own: others may write beside it.
            folder = Path.join(Path.absolute(temporary), "fetchctl-\(getuid())")
        }
        do {
            if chosen != nil { try Disk.makeDirectories(folder) } else { try Disk.makePrivateDirectory(folder) }
        } catch {
            throw error.failure
        }
        guard Disk.isWritable(folder), RandomWrites.areTaken(in: folder) else {
            throw Failure(
                .permission, "partials can be gathered neither beside their target nor in \(folder).",
                why: "they are written at many places at once, which neither file system allows.",
                hint: "name a folder on a local disk with --staging DIR.")
        }
        return folder
    }
}
