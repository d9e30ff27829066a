import Aria2
import Curl
import FetchTypes
package import Fleet
import Partials
import Server
import Storage
import Torrent
package import Transfer

/// What a member of a fleet does with bytes: segments from the origin by the builtin engine, from the others by an aria2c of its own,
/// all into the partials that the file jobs have opened.
package actor SwarmPlane: FleetDataPlane {
    let setup: Setup
    let bundles: BundleStore
    var files: [Int: SwarmFile] = [:]
    /// Segments that are here, by number.
    var arrived: Set<Int> = []
    /// Files that have their final name.
    private var placed: Set<Int> = []
    private var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    /// Why nothing more comes.
    private var end: String?
    /// A file that cannot be written any more.
    private var broken: [Int: IOFault] = [:]

    var peers: PeerEngine?
    var tracker: Tracker?
    private var server: HTTPServer?
    private var port: PeerPort?
    private var daemon: PartialRecord.Holder.Daemon?
    /// The info-hash of each segment that aria2c has.
    var infoHashes: [Int: [UInt8]] = [:]
    var received = RateWindow()
    private var said: Set<String> = []

    package init(_ setup: Setup) {
        self.setup = setup
        bundles = BundleStore(setup.manifest, directory: setup.directory)
    }

    package func start(interface: String, rank: Int?) async throws -> Int {
        guard var launch = setup.launch else { return 0 }
        let port = try PeerPort.take(on: interface)
        let tracker = Tracker(interface: interface, port: port.number)
        let (server, url) = try await tracker.start()
        launch.peers = Aria2PeerOptions(interface: interface, port: port.number, tracker: url, encrypts: setup.encrypts)
        let engine = PeerEngine(launch: launch, send: { [local = setup.local] in try await local.send($0) })
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

    // MARK: what file jobs ask

    /// A file's partial is locked and adopted: its segments may come from now on.
    /// - Returns: the segments that are whole in it; nil where the file is open already.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func open(_ file: Int, _ planned: PlannedFile, _ work: TransferWork) async throws -> [(FleetSegment, PieceHashes)]? {
        guard files[file] == nil else { return nil }
        let opened = SwarmFile(planned, work, engine: setup.engine)
        try work.partial.keepControlFile()
        work.partial.setDaemon(daemon)
        let present = try await opened.present(of: setup.manifest.segments(of: file))
        files[file] = opened
        arrived.formUnion(present.map(\.0.index))
        return present
    }

    /// Waits until every segment of a file is here.
    /// - Throws: ``TransferFault/engineLost(_:)`` where the fleet has ended; ``IOFault``; `CancellationError`.
    package func wait(for file: Int) async throws {
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            if let fault = broken[file] { throw fault }
            if isWhole(file) { return }
            if let end { throw TransferFault.engineLost(end) }
            try await withCheckedThrowingContinuation { waiting[file] = $0 }
        } onCancel: {
            Task { await self.wake(file, CancellationError()) }
        }
    }

    /// The bytes of a small file that is here.
    /// - Throws: ``IOFault``
    package func bytes(of file: Int) throws -> [UInt8] {
        guard let bundle = setup.manifest.segments(of: file).first, case .bundle(let files) = bundle.content else { return [] }
        let start = setup.manifest.files[files.lowerBound..<file].reduce(0) { $0 + $1.size }
        return try bundles.read(bundle, start..<start + setup.manifest.files[file].size)
    }

    /// The file has its final name: it is offered on, and nothing of it is taken back any more.
    package func hasPlaced(_ file: Int) { placed.insert(file) }

    /// The file is no concern of the fleet any more: aria2c lets go of it.
    package func close(_ file: Int) async {
        guard let opened = files.removeValue(forKey: file) else { return }
        for segment in setup.manifest.segments(of: file) { await withdraw(segment.index) }
        arrived.subtract(setup.manifest.segments(of: file).map(\.index))
        opened.links.removeAll()
        opened.work.partial.setDaemon(nil)
    }

    private func isWhole(_ file: Int) -> Bool { setup.manifest.segments(of: file).allSatisfy { arrived.contains($0.index) } }

    private func wake(_ file: Int, _ error: (any Error)?) {
        guard let waiter = waiting.removeValue(forKey: file) else { return }
        if let error { waiter.resume(throwing: error) } else { waiter.resume() }
    }

    // MARK: what happens to segments

    /// A segment is here.
    func note(_ segment: FleetSegment) {
        arrived.insert(segment.index)
        for file in segment.files where isWhole(file) { wake(file, nil) }
    }

    func warnOnce(_ message: String) {
        if said.insert(message).inserted { setup.warn(message) }
    }

    /// A file cannot be written: its job fails.
    func fail(_ file: Int, _ fault: IOFault) {
        broken[file] = fault
        wake(file, fault)
    }

    /// aria2c lets go of a segment, and its link goes.
    func withdraw(_ segment: Int) async {
        await peers?.remove(segment)
        if let hash = infoHashes.removeValue(forKey: segment) { tracker?.remove(hash) }
    }

    package func discard(_ segments: [FleetSegment]) async {
        for segment in segments {
            await withdraw(segment.index)
            guard case .range(let file, let bytes) = segment.content else {
                arrived.remove(segment.index)
                continue
            }
            files[file]?.links.remove(segment.index)
            // What has been found good stays, whoever thinks otherwise.
            guard !placed.contains(file) else { continue }
            arrived.remove(segment.index)
            do throws(IOFault) { try files[file]?.forget([bytes]) } catch { fail(file, error) }
        }
    }

    package var traffic: FleetTraffic {
        get async {
            let uploaded = await peers?.uploaded ?? 0
            return FleetTraffic(uploaded: uploaded, downloaded: received.total, downloadRate: received.rate(at: .now))
        }
    }

    package func stop() async {
        if end == nil { end = "the fleet has ended" }
        await peers?.stop()
        await server?.stop()
        (server, port) = (nil, nil)
        for file in files.values {
            file.links.removeAll()
            file.work.partial.setDaemon(nil)
        }
        for file in waiting.keys.sorted() { wake(file, TransferFault.engineLost(end ?? "")) }
        bundles.close()
    }
}
