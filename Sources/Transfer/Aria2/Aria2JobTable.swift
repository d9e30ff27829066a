import Aria2
import Curl

/// The jobs that one aria2c has, and the stream to which the status of each is sent.
struct Aria2JobTable {
    /// The status of one job; the sequence ends when its aria2c does.
    typealias StatusStream = AsyncStream<Aria2Status>

    private struct Entry {
        let statuses: StatusStream.Continuation
        /// The ceiling for the job and others of its group, within that of the process.
        let limiter: RateLimiter?
    }

    private var entries: [Aria2GID: Entry] = [:]

    var gids: [Aria2GID] { Array(entries.keys) }

    func limiter(of gid: Aria2GID) -> RateLimiter? { entries[gid]?.limiter }

    mutating func add(_ gid: Aria2GID, limiter: RateLimiter?) -> StatusStream {
        let (stream, continuation) = StatusStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        entries[gid] = Entry(statuses: continuation, limiter: limiter)
        return stream
    }

    /// Ends the job's stream.
    mutating func remove(_ gid: Aria2GID) { entries.removeValue(forKey: gid)?.statuses.finish() }

    mutating func removeAll() {
        for entry in entries.values { entry.statuses.finish() }
        entries = [:]
    }

    /// Sends every job its status, and ends the stream of a job that aria2c does not know.
    mutating func deliver(_ answers: [(gid: Aria2GID, status: Result<Aria2Status, Aria2RPCFault>)]) {
        for (gid, status) in answers {
            switch status {
            case .success(let status): entries[gid]?.statuses.yield(status)
            case .failure(let fault) where fault.isUnknownJob: remove(gid)
            case .failure: break
            }
        }
    }
}
