import Events
import FetchTypes
import JSONText
import Queue
import Storage

/// Jobs as a command shows them, and the room that they need.
struct QueueReport {
    struct Entry {
        let job: JobRecord
        let state: JobState
        /// 1 for the first of those that wait or run; nil for others.
        let position: Int?
    }

    /// A place where files are still to come.
    struct Target {
        /// The folder of the first job that goes there.
        let folder: String
        /// Bytes; nil where the system does not say.
        let free: Int64?
        /// Bytes of all jobs whose size is known.
        var toCome: ByteCount
        /// Jobs whose size is not known yet.
        var unknown: Int
    }

    let entries: [Entry]
    let now: Moment
    let clock: LocalClock

    init(_ jobs: [JobRecord], listing: QueueListing, now: Moment, clock: LocalClock = .system) {
        var positions: [JobNumber: Int] = [:]
        for job in listing.jobs where !job.isForeground && !job.state.isEnded { positions[job.number] = positions.count + 1 }
        entries = jobs.map { Entry(job: $0, state: $0.state(at: now, clock), position: positions[$0.number]) }
        self.now = now
        self.clock = clock
    }

    /// Some jobs of another report, with the positions that they have there.
    init(_ entries: [Entry], now: Moment, clock: LocalClock) {
        (self.entries, self.now, self.clock) = (entries, now, clock)
    }

    /// Seconds that an ended job is shown.
    private static let recent = 600.0

    /// The jobs that `status` shows: those of the queue, and those that ended in the last 10 minutes.
    static func shown(_ store: QueueStore, _ listing: QueueListing, now: Moment) -> [JobRecord] {
        let live = Set(listing.jobs.map(\.number))
        return listing.jobs + store.history.jobs(since: now + -recent).jobs.reversed().filter { !live.contains($0.number) }
    }

    /// The places of the jobs that have not ended, one for each file system.
    var targets: [Target] {
        var targets: [Target] = []
        var devices: [UInt64: Int] = [:]
        var folders: [String: Int] = [:]
        for entry in entries where !entry.state.isEnded {
            let folder = entry.job.directory
            let place: Int
            if let known = folders[folder] {
                place = known
            } else {
                let space = Disk.space(for: folder)
                if let device = space?.device, let known = devices[device] {
                    place = known
                } else {
                    place = targets.count
                    targets.append(Target(folder: folder, free: space?.free, toCome: .zero, unknown: 0))
                    if let device = space?.device { devices[device] = place }
                }
                folders[folder] = place
            }
            if let size = entry.job.progress.size {
                targets[place].toCome += size - entry.job.progress.received
            } else {
                targets[place].unknown += 1
            }
        }
        return targets
    }

    /// As `--json` says it.
    func json(targets isWanted: Bool) -> JSONTree {
        let jobs = JSONTree.array(AllProcessors.map(entries) { $0.job.status(position: $0.position, at: now, clock) })
        guard isWanted else { return .object([("jobs", jobs)]) }
        let targets = targets.map { target in
            JSONTree.object([
                ("dir", .string(target.folder)), ("free_bytes", .of(target.free)), ("to_come_bytes", .integer(target.toCome.bytes)),
                ("jobs_of_unknown_size", .integer(Int64(target.unknown))),
            ])
        }
        return .object([("jobs", jobs), ("targets", .array(targets))])
    }
}
