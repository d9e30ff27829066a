package import Storage

/// The paths of the queue: the directory is the queue, a file a job.
package struct QueueFolder: Sendable, Equatable {
    /// Absolute.
    package let path: String

    package init(_ path: String) { self.path = path }

    /// `queue` in the folder of ``StateFolder``.
    /// - Returns: nil where the environment names no home.
    package init?(environment: [String: String]) {
        guard let state = StateFolder.path(environment) else { return nil }
        path = Path.join(state, "queue")
    }

    /// Jobs that have not ended: records, locks, wishes, progress.
    package var live: String { path + "/live" }
    package var logs: String { path + "/log" }
    /// A file a month of jobs that have ended, a line each.
    package var history: String { path + "/history" }
    /// Records that could not be read.
    package var damaged: String { path + "/damaged" }
    /// The highest number that was given out.
    package var highest: String { path + "/highest" }
    package var highestLock: String { path + "/highest.lock" }
    package var historyLock: String { path + "/history.lock" }
    /// Held by the worker as long as it lives.
    package var workerLock: String { path + "/worker.lock" }
    package var workerRecord: String { path + "/worker.json" }
    package var workerSocket: String { path + "/worker.sock" }
    package var workerLog: String { path + "/worker.log" }

    package func record(_ number: JobNumber) -> String { "\(live)/\(number).json" }
    package func lock(_ number: JobNumber) -> String { "\(live)/\(number).lock" }
    package func progress(_ number: JobNumber) -> String { "\(live)/\(number).progress" }
    package func wish(_ kind: JobWish.Kind, _ number: JobNumber) -> String { "\(live)/\(number).\(kind.rawValue).want" }
    package func log(_ number: JobNumber) -> String { "\(logs)/\(number).log" }

    /// What is where a folder should be and is none; nil where nothing is.
    package var obstacle: String? {
        var place = path
        while Disk.followedStatus(place) == nil, place != "/" { place = Path.parent(place) }
        return [place, live, logs, history, damaged].first { path in Disk.followedStatus(path).map { $0.kind != .directory } ?? false }
    }

    /// Makes the folders, for this user alone.
    package func make() throws(IOFault) {
        try Disk.makePrivateDirectory(Path.parent(path))
        for folder in [path, live, logs, history, damaged] { try Disk.makePrivateDirectory(folder) }
    }
}
