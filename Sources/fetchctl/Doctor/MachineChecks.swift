import FetchKit
import FetchTypes
import ModelSources
import Storage

/// This machine: the file system where models go, limits, what earlier runs left.
struct MachineChecks {
    let doctor: Doctor

    func run() async -> [DoctorCheck] {
        let found = try? await BlockingExecutor.run { [self] in
            [target(), temporary(), descriptors(), leftovers()] + QueueChecks(environment: doctor.environment).run()
        }
        return found ?? []
    }

    private var directory: String { doctor.settings.directory.map(Path.absolute) ?? Path.currentDirectory }

    // MARK: where models go

    private func target() -> DoctorCheck {
        let name = "target"
        var place = directory
        while Disk.followedStatus(place) == nil, place != "/" { place = Path.parent(place) }
        guard Disk.followedStatus(place)?.kind == .directory else {
            return DoctorCheck(name, .bad, "\(place) is no directory.", do: "choose another directory with -d DIR or FETCHCTL_DIRECTORY.")
        }
        guard let probe = FileSystemProbe.of(place) else {
            return DoctorCheck(
                name, .bad, "no file can be made in \(place).", do: "choose another directory with -d DIR, or correct its permissions.")
        }
        let free = Disk.space(for: place)?.free
        let words = [
            probe.type ?? "unknown file system", free.map { ByteSize.text($0) + " free" } ?? "free space unknown",
            probe.hasSymbolicLinks ? "symbolic links" : "no symbolic links", probe.hasReflinks ? "reflinks" : "no reflinks",
            probe.hasRandomWrites ? "random writes" : "no random writes", probe.hasLocks ? "locks" : "no locks",
            probe.takesLargeFiles ? "large files" : "files of 4 GiB at most",
        ]
        let message = "\(place): \(words.joined(separator: ", "))."
        if let free, free < 1 << 30 {
            return DoctorCheck(
                name, .warning, message, do: "free some space, or choose another disk with -d DIR: models are larger than that.")
        }
        if !probe.takesLargeFiles {
            return DoctorCheck(name, .warning, message, do: "choose another file system for models of more than 4 GiB.")
        }
        if !probe.hasRandomWrites {
            return DoctorCheck(
                name, .warning, message, do: "give --staging DIR on another disk: files are gathered there and copied.")
        }
        if !probe.hasLocks {
            return DoctorCheck(name, .warning, message, do: "let no other program fetch to it at the same time; several fetchctl may.")
        }
        return DoctorCheck(name, .good, message)
    }

    // MARK: limits

    private func descriptors() -> DoctorCheck {
        let limit = ProcessTable.descriptorLimit
        let message = "\(limit == .max ? "any number of" : String(limit)) open files."
        if limit < 64 { return DoctorCheck("limits", .bad, message, do: "raise the limit where it was set: ulimit -n 1024") }
        if limit < 256 { return DoctorCheck("limits", .warning, message, do: "raise the limit: ulimit -n 1024") }
        return DoctorCheck("limits", .good, message)
    }

    // MARK: what earlier runs left

    private func leftovers() -> DoctorCheck {
        var search = CleanupSearch(includesHub: true)
        search.deadline = .now + .seconds(2)
        let places = [directory] + [HubFolders.cache(doctor.environment)].compactMap(\.self).filter { Disk.followedStatus($0) != nil }
        let found = places.flatMap { search.find($0) }
        guard !found.isEmpty else { return DoctorCheck("partials", .good, "none that nobody works on.") }
        let bytes = found.reduce(ByteCount.zero) { $0 + ByteCount(clamping: $1.bytes) }
        return DoctorCheck(
            "partials", .warning, "\(found.count) unfinished, \(ByteSize.text(bytes.bytes)), that nobody works on.",
            do: "run the same fetchctl add again, or see them with: fetchctl cleanup --hub")
    }

    // MARK: temporary files

    private func temporary() -> DoctorCheck {
        let name = "temporary folder"
        let value = doctor.environment["TMPDIR"] ?? ""
        let folder = value.isEmpty ? "/tmp" : value
        let hint = value.isEmpty ? "set TMPDIR to a folder that you may write." : "unset TMPDIR, or set it to a folder that you may write."
        guard folder.hasPrefix("/") else { return DoctorCheck(name, .warning, "TMPDIR is \(folder), which is no absolute path.", do: hint) }
        guard Disk.followedStatus(folder)?.kind == .directory else {
            return DoctorCheck(name, .warning, "\(folder) is no directory.", do: hint)
        }
        guard Disk.takesFiles(folder) else { return DoctorCheck(name, .warning, "no file can be made in \(folder).", do: hint) }
        return DoctorCheck(name, .good, folder)
    }
}
