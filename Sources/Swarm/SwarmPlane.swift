import Aria2
import Curl
package import FetchTypes
package import Fleet
import Partials
import Server
import Storage
import Torrent
import Transfer

/// Transfers the bytes of a fleet's member: segments from the origin by the builtin engine, from other members by a separate aria2c, all
/// into the partials that the file jobs have opened.
package actor SwarmPlane: FleetDataPlane {
    let setup: Setup
    let bundles: BundleStore
    var files: [Int: SwarmFile] = [:]
    /// Files that were complete before the fleet started.
    var seeds: [Int: SeedFile] = [:]
    /// The numbers of complete segments.
    var arrived: Set<Int> = []
    /// Files that have their final name.
    var placed: Set<Int> = []
    /// How often segments of each file were discarded.
    var discards: [Int: Int] = [:]
    /// Segments that are being discarded.
    var discarding: Set<Int> = []
    var discardWaiters: [CheckedContinuation<Void, Never>] = []
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    /// Why the fleet has ended; nil before.
    var end: String?
    /// Files whose partial cannot be written, or that this node cannot get from anywhere.
    var failed: [Int: any Error] = [:]

    var peers: PeerEngine?
    var tracker: Tracker?
    private var server: HTTPServer?
    private var port: PeerPort?
    var daemon: PartialRecord.Holder.Daemon?
    /// The info-hash of each segment that aria2c has.
    var infoHashes: [Int: [UInt8]] = [:]
    var received = RateWindow()
    private var warned: Set<String> = []
    private var folder: FolderMark?

    package init(_ setup: Setup) {
        self.setup = setup
        bundles = BundleStore(setup.manifest, directory: setup.directory)
    }

    package func start(interface: String, rank: Int?) async throws -> Int {
        folder = FolderMark(in: setup.folder)
        let canHaveLinks = folder?.canHaveLinks ?? true
        guard var launch = setup.launch, canHaveLinks else {
            if setup.manifest.segments.contains(where: { !$0.isBundle }) {
                let why = canHaveLinks ? "this node works without aria2c" : "\(setup.folder) has no hard links"
                setup.warn("\(why): this node gets its large files from the origin")
            }
            return 0
        }
        let port = try PeerPort.take(on: interface)
        let tracker = Tracker(interface: interface, port: port.number)
        let (server, url) = try await tracker.start()
        launch.peers = Aria2PeerOptions(interface: interface, port: port.number, tracker: url, encrypts: setup.encrypts)
        let engine = PeerEngine(
            launch: launch, limiter: setup.client.limiter, send: { [local = setup.local] in try await local.send($0) })
        do {
            let daemon = try await engine.start()
            self.daemon = PartialRecord.Holder.Daemon(pid: daemon.process, startTime: daemon.startTime)
        } catch {
            await server.stop()
            try Task.checkCancellation()
            setup.warn("this member gets everything from the origin: \(error)")
            return 0
        }
        (self.port, self.tracker, self.server, peers) = (port, tracker, server, engine)
        for file in files.values { file.work.partial.setDaemon(self.daemon) }
        return Int(port.number)
    }

    package func peersChanged(_ members: [FleetPeer]) async { tracker?.setMembers(members) }

    // MARK: state of segments

    /// Records a complete segment.
    func note(_ segment: FleetSegment) {
        arrived.insert(segment.index)
        for file in segment.files where isWhole(file) { wake(file, nil) }
    }

    func warnOnce(_ message: String) {
        if warned.insert(message).inserted { setup.warn(message) }
    }

    /// Fails the job of a file.
    func fail(_ file: Int, _ fault: any Error) {
        failed[file] = fault
        wake(file, fault)
    }

    package func giveUp(_ file: Int, _ failure: Failure) async { fail(file, failure) }

    /// Removes a segment's torrent; aria2c has closed its file when this returns.
    func withdraw(_ segment: Int) async {
        await peers?.remove(segment)
        if let hash = infoHashes.removeValue(forKey: segment) { tracker?.remove(hash) }
    }

    package func discard(_ segments: [FleetSegment]) async {
        // This precedes the first suspension, so that concurrent callers see the segments as missing.
        arrived.subtract(segments.filter { !placed.contains($0.files.lowerBound) }.map(\.index))
        discarding.formUnion(segments.map(\.index))
        for file in Set(segments.flatMap(\.files)) { discards[file, default: 0] += 1 }
        for segment in segments { await withdraw(segment.index) }
        var wrong: [Int: [Range<Int64>]] = [:]
        for segment in segments {
            guard case .range(let file, let bytes) = segment.content else { continue }
            (files[file]?.links ?? seeds[file]?.links)?.remove(segment.index)
            // The bytes of a verified file are never discarded.
            if !placed.contains(file) { wrong[file, default: []].append(bytes) }
        }
        for (file, ranges) in wrong {
            do throws(IOFault) { try files[file]?.forget(ranges) } catch { fail(file, error) }
        }
        discarding.subtract(segments.map(\.index))
        let waiters = discardWaiters
        discardWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until none of those segments is being discarded.
    func waitForDiscards(of segments: [FleetSegment]) async {
        while segments.contains(where: { discarding.contains($0.index) }) { await withCheckedContinuation { discardWaiters.append($0) } }
    }

    /// Waits until no segment of a file is being discarded, so that its piece map is right.
    /// - Returns: how often segments of it were discarded.
    package func waitForDiscards(ofFile file: Int) async -> Int {
        await waitForDiscards(of: setup.manifest.segments(of: file))
        return discards[file, default: 0]
    }

    package var mark: String { folder?.name ?? "" }

    package func hasMark(_ mark: String) -> Bool { folder?.isBeside(mark) == true }

    package var isLimited: Bool { setup.client.isLimited }

    package func measure() async { await peers?.measure() }

    package var traffic: FleetTraffic {
        get async {
            let uploaded = await peers?.uploaded ?? 0
            return FleetTraffic(uploaded: uploaded, downloaded: received.total, downloadRate: received.rate(at: .now))
        }
    }

    package func stop() async {
        if end == nil { end = "the fleet has ended" }
        folder?.remove()
        await peers?.stop()
        await server?.stop()
        (server, port) = (nil, nil)
        for file in files.values {
            file.links.removeAll()
            file.work.partial.setDaemon(nil)
        }
        for file in seeds.values { file.links.removeAll() }
        seeds = [:]
        for file in waiting.keys.sorted() { wake(file, TransferFault.engineLost(end ?? "")) }
        bundles.close()
    }
}
