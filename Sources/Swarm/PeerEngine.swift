package import Aria2
package import FetchTypes
package import Torrent

/// An aria2c of its own that exchanges segments with the other members of a fleet: a torrent each. It is killed when the fleet ends,
/// since what it would save is known to the partials.
package actor PeerEngine {
    /// Why a torrent cannot be worked on.
    package enum Fault: Error, Sendable, CustomStringConvertible {
        /// There is no aria2c any more.
        case lost(String)
        /// aria2c gave the torrent up.
        case failed(String)

        package var description: String {
            switch self {
            case .lost(let why), .failed(let why): why
            }
        }
    }

    /// What a torrent's owner hears of it until it is whole, or ends.
    package typealias StatusStream = AsyncStream<Aria2Status>

    private struct Job {
        let gid: Aria2GID
        /// Nil once nobody waits for it: it is offered.
        var statuses: StatusStream.Continuation?
        /// Bytes sent.
        var uploaded: Int64 = 0
    }

    private let launch: Aria2Launch
    private let send: HTTPSend
    private var work: Task<Void, Never>?
    private var daemon: Aria2Daemon?
    /// Why there is none any more.
    private var end: String?
    private var starters: [CheckedContinuation<Aria2Daemon, any Error>] = []
    private var jobs: [Int: Job] = [:]
    private var uploadedBefore: Int64 = 0

    private static let lookEvery = Duration.milliseconds(100)
    /// What is only offered is looked at in each so many rounds.
    private static let offersEvery = 10

    /// - Parameters:
    ///   - launch: with ``Aria2/Aria2Launch/peers``.
    ///   - send: past any proxy.
    package init(launch: Aria2Launch, send: @escaping HTTPSend) {
        self.launch = launch
        self.send = send
    }

    /// Starts aria2c.
    /// - Returns: it; a record names it, so that whoever finds the partial later ends it.
    /// - Throws: ``Fault``
    @discardableResult
    package func start() async throws -> Aria2Daemon {
        if let daemon { return daemon }
        if let end { throw Fault.lost(end) }
        return try await withCheckedThrowingContinuation { continuation in
            starters.append(continuation)
            // Not a child of the caller: it lasts until ``stop()``.
            if work == nil { work = Task { await self.run() } }
        }
    }

    private func run() async {
        do {
            try await withAria2(launch, send: send) { daemon in
                self.daemon = daemon
                for starter in starters { starter.resume(returning: daemon) }
                starters = []
                try await attend(daemon)
            }
            lose("it ended")
        } catch {
            lose("\(error)")
        }
    }

    private func lose(_ why: String) {
        let reason = "the fleet's aria2c does not work: \(why)"
        (end, daemon) = (reason, nil)
        for starter in starters { starter.resume(throwing: Fault.lost(reason)) }
        starters = []
        for job in jobs.values { job.statuses?.finish() }
        uploadedBefore += jobs.values.reduce(0) { $0 + $1.uploaded }
        jobs = [:]
    }

    private func attend(_ daemon: Aria2Daemon) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { _ = try await daemon.exited() }
            group.addTask { try await self.poll(daemon.rpc) }
            try await group.next()
        }
    }

    private func poll(_ rpc: Aria2RPC) async throws {
        var round = 0
        while true {
            try await Task.sleep(for: Self.lookEvery)
            round += 1
            try await look(rpc, alsoAtOffers: round.isMultiple(of: Self.offersEvery))
        }
    }

    private func look(_ rpc: Aria2RPC, alsoAtOffers: Bool) async throws {
        let asked = jobs.filter { $0.value.statuses != nil || alsoAtOffers }.map { ($0.key, $0.value.gid) }
        guard !asked.isEmpty else { return }
        let keys: [Aria2Status.Key] = [
            .gid, .status, .totalLength, .completedLength, .bitfield, .numPieces, .uploadLength, .errorCode, .errorMessage,
        ]
        let statuses = try await rpc.tellStatus(of: asked.map(\.1), keys: keys)
        for ((segment, gid), status) in zip(asked, statuses) where jobs[segment]?.gid == gid {
            guard case .success(let status) = status else { continue }
            if let uploaded = status.uploadLength { jobs[segment]?.uploaded = uploaded }
            jobs[segment]?.statuses?.yield(status)
        }
    }

    /// Gives aria2c a torrent.
    /// - Parameters:
    ///   - segment: the fleet's number of it; an older torrent of that number is ended before.
    ///   - folder: where the link to the file stands, under that name; aria2c's control file beside it.
    /// - Returns: its statuses until nobody needs them (``offer(_:)``) or it ends.
    /// - Throws: ``Fault``
    package func add(_ segment: Int, _ torrent: SegmentTorrent, folder: String, name: String) async throws -> StatusStream {
        guard let daemon else { throw Fault.lost(end ?? "the fleet's aria2c has not been started") }
        await remove(segment)
        let gid = Aria2GID.random()
        let (stream, continuation) = StatusStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        do {
            try await daemon.rpc.addTorrent(torrent.base64, try Aria2TorrentOptions(gid: gid, directory: folder, fileName: name))
        } catch {
            throw Fault.failed("\(error)")
        }
        guard end == nil else { throw Fault.lost(end ?? "") }
        jobs[segment] = Job(gid: gid, statuses: continuation)
        return stream
    }

    /// Nobody waits for the segment any more; aria2c goes on offering it.
    package func offer(_ segment: Int) {
        jobs[segment]?.statuses?.finish()
        jobs[segment]?.statuses = nil
    }

    /// Whether aria2c has the segment's torrent.
    package func has(_ segment: Int) -> Bool { jobs[segment] != nil }

    /// Takes a torrent back. aria2c has closed its file when this returns.
    package func remove(_ segment: Int) async {
        guard let job = jobs.removeValue(forKey: segment) else { return }
        job.statuses?.finish()
        uploadedBefore += job.uploaded
        guard let daemon else { return }
        // Also when the caller has been cancelled: the file is its own again after this.
        await Task { [rpc = daemon.rpc] in
            do { try await rpc.end(job.gid) } catch { daemon.stop() }
        }.value
    }

    /// Looks at all torrents now, those that are only offered too.
    package func measure() async {
        guard let daemon else { return }
        try? await look(daemon.rpc, alsoAtOffers: true)
    }

    /// Bytes sent to others so far.
    package var uploaded: Int64 { uploadedBefore + jobs.values.reduce(0) { $0 + $1.uploaded } }

    /// Ends aria2c; it is gone when this returns.
    package func stop() async {
        if end == nil { end = "the fleet has ended" }
        work?.cancel()
        await work?.value
    }
}
