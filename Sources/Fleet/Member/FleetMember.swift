package import FetchTypes
import Server

/// One node of a fleet: joins, claims segments, fetches them from the origin or obtains them from other members, and reports. When the
/// coordinator is lost, it finds another one or becomes it.
///
/// The actor holds the state of the loops that ``run()`` runs.
package actor FleetMember {
    let settings: FleetSettings
    let manifest: FleetManifest
    let secret: FleetSecret
    let plane: any FleetDataPlane
    let client: FleetClient
    let requestHandler: FleetRequestHandler
    let lists: FleetLists
    let tell: @Sendable (FleetNote) -> Void

    /// The coordinator that this member follows.
    struct Leader: Sendable, Equatable {
        var place: FleetClient.Place
        var epoch: String
    }

    var server: HTTPServer?
    var address = ""
    var dataPort = 0
    var rank: Int?
    var leader: Leader?
    /// The leader has accepted this member; before that it accepts only a request to join.
    var isJoined = false
    var hasEverJoined = false
    /// Why the last coordinator refused this member; nil after it has joined.
    var lastRefusal: FleetReply.Refusal?
    var lastReply = ContinuousClock.now
    /// The epoch of the coordinator whose events are read.
    var followed = ""
    /// The number of the next event.
    var cursor = 0

    var peers: [Int: FleetPeer] = [:]
    /// The last place of each rank's member, also of members that are gone: they may have been cut off only.
    var lastPlaces: [Int: FleetClient.Place] = [:]
    var excluded: Set<Int> = []

    struct Known: Sendable {
        var hashes: PieceHashes
        /// The member that sends it on request; used for bundles.
        var keeper: Int
        /// The members that have it.
        var owners: Set<Int>
    }
    /// Segments that the fleet has.
    var known: [Int: Known] = [:]
    /// The member that hashed a segment, and its hashes: told to each new coordinator, which would blame the one that tells it first.
    var hashers: [Int: (rank: Int, hashes: PieceHashes)] = [:]
    /// Segments that are complete here.
    var localSegments: [Int: PieceHashes] = [:]
    /// Segments that are being fetched from the origin.
    var fetching: [Int: SegmentProgress] = [:]
    /// Segments of which a piece is being fetched from the origin, to compare it.
    var sampling: [Int: SegmentProgress] = [:]
    /// Segments that are being obtained from other members.
    var obtaining: Set<Int> = []
    /// Segments from an earlier run that are being verified.
    var checking: Set<Int> = []
    /// Segments in partials that their jobs have not opened yet.
    var expected: Set<Int> = []
    var opened: Set<Int> = []
    /// Files that this node does not need from the fleet any more.
    var settledFiles: Set<Int> = []
    /// The hashes of verified files.
    var verifiedFiles: [Int: String] = [:]
    /// How often each file's segments became void, counted by the coordinator.
    var rounds: [Int: Int] = [:]
    /// How often each file's segments became void, counted by this node across coordinators.
    var voids: [Int: Int] = [:]
    /// How often only this member's copy of a file was wrong.
    var ownDamages: [Int: Int] = [:]
    /// Files that were found wrong here and wait for the coordinator to find the wrong segment.
    var awaitingRechecks: Set<Int> = []
    /// The running transfers of complete segments that are fetched from the origin again.
    var rechecks: [Int: Task<PieceHashes, any Error>] = [:]
    /// How often a segment of each file was replaced, or another member verified the file.
    var changes: [Int: Int] = [:]

    var status = FleetStatus()
    /// Bytes from the origin of segments whose transfer has ended.
    var originBytes: Int64 = 0
    /// The earliest time of the next claim.
    var nextClaimAt = ContinuousClock.now
    /// The number of consecutive segments that the origin did not serve, and the last failure.
    var consecutiveLosses = 0
    var lastLoss: Failure?
    /// Files that the origin does not give to this node, and why: other members fetch them.
    var refused: [Int: Failure]
    /// The first transfer of such a file that stalled while other members delivered nothing else: when, and the bytes that they had sent.
    var firstStall: (time: ContinuousClock.Instant, received: Int64)?
    /// When the bytes that the origin has served to all members last changed.
    var originGrewAt = ContinuousClock.now
    /// Bytes of bundles that came from other members.
    var bundleBytes: Int64 = 0
    var isAllDone = false
    /// The warning about a shared folder was given.
    var hasReportedSharedFolder = false
    /// Another member has joined at some time.
    var hasSeenOthers = false
    var isOver = false

    /// Work for the task group of ``run()``.
    let jobs: AsyncStream<Job>
    let addJob: AsyncStream<Job>.Continuation

    /// The maximum number of segments that are obtained at once.
    static let obtainedAtOnce = 8
    /// A coordinator that sends nothing for this time is lost.
    static let leaderTimeout = Duration.seconds(3)
    /// An origin that serves no member for this time, and that this member cannot reach, is lost.
    static let originTimeout = Duration.seconds(15)
    /// A transfer between members that receives no byte for this time is ended.
    static let stallTimeout = Duration.seconds(5)
    /// The same where this member's rate is limited: aria2c lets a burst through, and then nothing for up to ten seconds.
    static let limitedStallTimeout = Duration.seconds(30)

    /// - Parameters:
    ///   - lists: file lists for nodes that the source refuses.
    ///   - refused: files that the origin does not give to this node, and why: other members fetch them.
    package init(
        _ settings: FleetSettings, manifest: FleetManifest, secret: FleetSecret, plane: any FleetDataPlane,
        lists: FleetLists = .none, refused: [Int: Failure] = [:], tell: @escaping @Sendable (FleetNote) -> Void
    ) {
        self.settings = settings
        self.manifest = manifest
        self.secret = secret
        self.plane = plane
        self.tell = tell
        self.lists = lists
        self.refused = Self.widened(refused, manifest)
        client = FleetClient(secret: secret, userAgent: settings.userAgent)
        requestHandler = FleetRequestHandler(
            secret: secret, manifest: manifest, lists: lists, readBundle: { try? await plane.read($0) })
        (jobs, addJob) = AsyncStream.makeStream()
        status.size = manifest.members
        status.total = manifest.totalSize
    }

    /// Joins, transfers until all files are settled, then serves the other members.
    /// - Throws: ``Failure``: 69 where no other member is there and one is required, 77 for another secret, 78 for other files;
    ///   `CancellationError`.
    package func run() async throws -> FleetOutcome {
        defer { client.shutDown() }
        do {
            let outcome = try await participate()
            await end()
            return outcome
        } catch {
            await end()
            throw error
        }
    }

    private func participate() async throws -> FleetOutcome {
        try await listen()
        giveUpWhereNothingIsExchanged()
        if let why = try await joinOrCoordinate() { return .alone(why) }
        return try await withThrowingTaskGroup(of: FleetOutcome?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.sendHeartbeats() }
            group.addTask { try await self.followEvents() }
            group.addTask { try await self.claimSegments() }
            if dataPort == 0 { group.addTask { try await self.fetchPrivateSegments() } }
            group.addTask { try await self.watchOtherCoordinators() }
            group.addTask { try await self.watchRefused() }
            group.addTask { await self.work() }
            group.addTask { try await self.stayUntilDone() }
            while let result = try await group.next() { if let result { return result } }
            throw CancellationError()
        }
    }

    private func end() async {
        isOver = true
        addJob.finish()
        await requestHandler.coordinator?.retire()
        await plane.stop()
        await server?.stop()
    }
}
