package import Aria2
package import Curl
package import FetchTypes
package import Torrent
import Transfer

/// A separate aria2c that exchanges segments with the other members of a fleet, one torrent for each. It is killed when the fleet ends,
/// because the partials hold the state that it would save.
package actor PeerEngine {
    /// Why a torrent cannot be transferred.
    package enum Fault: Error, Sendable, CustomStringConvertible {
        /// The aria2c has ended.
        case lost(String)
        /// aria2c reported an error for the torrent.
        case failed(String)

        package var description: String {
            switch self {
            case .lost(let why), .failed(let why): why
            }
        }
    }

    /// The statuses of a torrent until it is complete or ends.
    package typealias StatusStream = AsyncStream<Aria2Status>

    private struct Job {
        let gid: Aria2GID
        /// Nil once the torrent is only offered to others.
        var statuses: StatusStream.Continuation?
        /// Bytes of the file that are complete, the ones from before included; nil before the first status.
        var completed: Int64?
        /// Bytes sent.
        var uploaded: Int64 = 0
    }

    private let launch: Aria2Launch
    private let send: HTTPSend
    private var work: Task<Void, Never>?
    private var daemon: Aria2Daemon?
    /// Why the aria2c has ended; nil before.
    private var end: String?
    private var starters: [CheckedContinuation<Aria2Daemon, any Error>] = []
    private var jobs: [Int: Job] = [:]
    private var uploadedBefore: Int64 = 0
    /// The ceiling that aria2c and the transfers from the origin share.
    var ceiling: Aria2Ceiling?
    /// Bytes that arrived since ``pacedAt``.
    var arrived: Int64 = 0
    var pacedAt = ContinuousClock.now
    var isReceiving: Bool { jobs.values.contains { $0.statuses != nil } }

    private static let pollInterval = Duration.milliseconds(100)
    /// Torrents that are only offered are polled once in this many rounds.
    private static let roundsPerOfferPoll = 10

    /// - Parameters:
    ///   - launch: with ``Aria2/Aria2Launch/peers``.
    ///   - limiter: the ceiling for received bytes; nil for none.
    ///   - send: sends requests that bypass a proxy.
    package init(launch: Aria2Launch, limiter: RateLimiter? = nil, send: @escaping HTTPSend) {
        self.launch = launch
        self.send = send
        ceiling = limiter.map { Aria2Ceiling($0, includesOuter: true) }
    }

    /// Starts aria2c.
    /// - Returns: the aria2c; a record names it, so that a process that finds the partial later can end it.
    /// - Throws: ``Fault``
    @discardableResult
    package func start() async throws -> Aria2Daemon {
        if let daemon { return daemon }
        if let end { throw Fault.lost(end) }
        return try await withCheckedThrowingContinuation { continuation in
            starters.append(continuation)
            // An unstructured task, because it runs until ``stop()``.
            if work == nil { work = Task { await self.run() } }
        }
    }

    private func run() async {
        do {
            try await withAria2(launch, send: send) { daemon in
                self.daemon = daemon
                for starter in starters { starter.resume(returning: daemon) }
                starters = []
                try await pollUntilExit(daemon)
            }
            fail("it ended")
        } catch {
            fail("\(error)")
        }
    }

    private func fail(_ why: String) {
        let reason = "the fleet's aria2c does not work: \(why)"
        (end, daemon) = (reason, nil)
        ceiling?.end()
        for starter in starters { starter.resume(throwing: Fault.lost(reason)) }
        starters = []
        for job in jobs.values { job.statuses?.finish() }
        uploadedBefore += jobs.values.reduce(0) { $0 + $1.uploaded }
        jobs = [:]
    }

    /// Polls the torrents without end.
    func poll(_ rpc: Aria2RPC) async throws {
        var round = 0
        while true {
            try await Task.sleep(for: Self.pollInterval)
            round += 1
            let includesOffers = round.isMultiple(of: Self.roundsPerOfferPoll)
            try await Self.repeatingOnce { try await self.pollStatuses(rpc, includingOffers: includesOffers) }
            await keepPace(rpc)
        }
    }

    private func pollStatuses(_ rpc: Aria2RPC, includingOffers: Bool) async throws {
        let asked = jobs.filter { $0.value.statuses != nil || includingOffers }.map { ($0.key, $0.value.gid) }
        guard !asked.isEmpty else { return }
        let keys: [Aria2Status.Key] = [
            .gid, .status, .totalLength, .completedLength, .bitfield, .numPieces, .uploadLength, .errorCode, .errorMessage,
        ]
        let statuses = try await rpc.tellStatus(of: asked.map(\.1), keys: keys)
        for ((segment, gid), status) in zip(asked, statuses) where jobs[segment]?.gid == gid {
            guard case .success(let status) = status else { continue }
            if let uploaded = status.uploadLength { jobs[segment]?.uploaded = uploaded }
            if let completed = status.completedLength {
                arrived += max(0, completed - (jobs[segment]?.completed ?? completed))
                jobs[segment]?.completed = completed
            }
            jobs[segment]?.statuses?.yield(status)
        }
    }

    /// Adds a torrent to aria2c.
    /// - Parameters:
    ///   - segment: the segment's number; an older torrent of that number is removed first.
    ///   - folder: holds the link to the file under `name`, and aria2c's control file beside it.
    /// - Returns: its statuses until ``offer(_:)`` is called or it ends.
    /// - Throws: ``Fault``, `CancellationError`.
    package func add(_ segment: Int, _ torrent: SegmentTorrent, folder: String, name: String) async throws -> StatusStream {
        guard let daemon else { throw Fault.lost(end ?? "the fleet's aria2c has not been started") }
        await remove(segment)
        let gid = Aria2GID.random()
        let (stream, continuation) = StatusStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        do {
            let options = try Aria2TorrentOptions(gid: gid, directory: folder, fileName: name)
            try await Self.begin(torrent, options, gid, daemon.rpc)
        } catch Aria2RPCFault.cancelled {
            throw CancellationError()
        } catch {
            throw Fault.failed("\(error)")
        }
        guard end == nil else { throw Fault.lost(end ?? "") }
        jobs[segment] = Job(gid: gid, statuses: continuation)
        return stream
    }

    /// Ends the statuses of a complete segment; aria2c continues to offer it.
    package func offer(_ segment: Int) {
        jobs[segment]?.statuses?.finish()
        jobs[segment]?.statuses = nil
    }

    /// Whether aria2c has the segment's torrent.
    package func has(_ segment: Int) -> Bool { jobs[segment] != nil }

    /// Removes a torrent. aria2c has closed its file when this returns.
    package func remove(_ segment: Int) async {
        guard let job = jobs.removeValue(forKey: segment) else { return }
        job.statuses?.finish()
        uploadedBefore += job.uploaded
        guard let daemon else { return }
        // This runs in a cancelled caller too, which uses the file afterwards.
        await Task { [rpc = daemon.rpc] in
            do { try await Self.repeatingOnce { try await rpc.end(job.gid) } } catch { daemon.stop() }
        }.value
    }

    /// Polls all torrents now, including those that are only offered.
    package func measure() async {
        guard let daemon else { return }
        try? await pollStatuses(daemon.rpc, includingOffers: true)
    }

    /// Bytes sent to others so far.
    package var uploaded: Int64 { uploadedBefore + jobs.values.reduce(0) { $0 + $1.uploaded } }

    /// Ends aria2c; the process has exited when this returns.
    package func stop() async {
        if end == nil { end = "the fleet has ended" }
        work?.cancel()
        await work?.value
    }
}
