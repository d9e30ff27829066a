import Queue
import Storage

/// The queue's folder, and the records in it that cannot be used.
struct QueueChecks {
    let environment: [String: String]

    func run() -> [DoctorCheck] {
        let name = "queue"
        guard let folder = QueueFolder(environment: environment) else {
            return [
                DoctorCheck(
                    name, .warning, "there is no place for it: neither FETCHCTL_STATE_DIR, XDG_STATE_HOME nor HOME is set.", do: "set HOME."
                )
            ]
        }
        if let fault = writing(folder) { return [fault] }
        if let home = environment["HOME"], home.hasPrefix("/"), folder.path.hasPrefix(home + "/"), Disk.followedStatus(home) == nil {
            return [
                DoctorCheck(
                    name, .warning, "\(folder.path): it is not there, and neither is \(home), the home folder.",
                    do: "set HOME to a folder that is there, or FETCHCTL_STATE_DIR for the queue alone.")
            ]
        }
        return [DoctorCheck(name, .good, folder.path)] + records(QueueStore(folder))
    }

    /// Why nothing can be written there; nil where it can.
    private func writing(_ folder: QueueFolder) -> DoctorCheck? {
        if let obstacle = folder.obstacle {
            return DoctorCheck(
                "queue", .bad, "\(folder.path) cannot be written: \(obstacle) is in the way: it is no folder.",
                do: "move it away, or name another folder with FETCHCTL_STATE_DIR.")
        }
        var place = folder.path
        while Disk.followedStatus(place) == nil, place != "/" { place = Path.parent(place) }
        guard Disk.takesFiles(place) else {
            return DoctorCheck(
                "queue", .bad, "\(folder.path) cannot be written" + (place == folder.path ? "." : ": nothing can be made in \(place)."),
                do: "correct the permissions of \(place), or name another folder with FETCHCTL_STATE_DIR.")
        }
        // As when it is made: what others may write, others may replace.
        let own = [Path.parent(folder.path), folder.path, folder.live, folder.logs, folder.history, folder.damaged]
        for path in own where Disk.status(path) != nil && !Disk.isPrivateDirectory(path) {
            return DoctorCheck(
                "queue", .bad, "\(path) belongs to another user, is a link, or may be written by others, so the queue does not use it.",
                do: "make it yours alone (chown, chmod 700), or name another folder with FETCHCTL_STATE_DIR.")
        }
        return nil
    }

    private func records(_ store: QueueStore) -> [DoctorCheck] {
        let name = "queue records"
        let unused = store.unusedRecords()
        let aside = store.damagedRecords()
        var checks: [DoctorCheck] = []
        if !unused.newer.isEmpty {
            checks.append(
                DoctorCheck(
                    name, .warning, "\(jobs(unused.newer)) written by a newer fetchctl and left alone.",
                    do: "update fetchctl to use \(unused.newer.count == 1 ? "it" : "them")."))
        }
        let damaged = unused.damaged + aside.map(\.number)
        if !damaged.isEmpty {
            let place = aside.isEmpty ? "" : " They are kept in \(store.folder.damaged)."
            checks.append(
                DoctorCheck(
                    name, .warning, "\(jobs(damaged)) damaged: the records cannot be read.\(place)",
                    do: "add these downloads again, and remove the records with: fetchctl cleanup"))
        }
        return checks
    }

    /// `jobs 1, 2 were`
    private func jobs(_ numbers: [JobNumber]) -> String {
        let shown = numbers.prefix(10).map { "\($0)" }.joined(separator: ", ") + (numbers.count > 10 ? ", …" : "")
        return numbers.count == 1 ? "job \(shown) was" : "jobs \(shown) were"
    }
}
