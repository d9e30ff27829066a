import FetchTypes
import Server

/// One node of a fleet: joins, claims segments, has them fetched from the origin or obtained from others, and reports; where the
/// coordinator falls silent it finds another one, or becomes it.
///
/// Its work is done by loops that live as long as ``run()``; what they know is here.
package actor FleetMember {
    let settings: FleetSettings
    let manifest: FleetManifest
    let secret: FleetSecret
    let plane: any FleetDataPlane
    let client: FleetClient
    let station: FleetStation
    let tell: @Sendable (FleetNote) -> Void

    /// The member that coordinates.
    struct Leader: Sendable, Equatable {
        var place: FleetClient.Place
        var epoch: String
    }

    var server: HTTPServer?
    var address = ""
    var dataPort = 0
    var rank: Int?
    var leader: Leader?
    /// The leader knows us: until then only joining makes sense.
    var isJoined = false
    var hasEverJoined = false
    /// Why a coordinator had no place for us, while it has none.
    var lastRefusal: FleetReply.Refusal?
    var lastReply = ContinuousClock.now
    /// The coordinator whose events are read.
    var followed = ""
    /// The number of the next event.
    var cursor = 0

    var peers: [Int: FleetPeer] = [:]
    var excluded: Set<Int> = []

    struct Known: Sendable {
        var hashes: PieceHashes
        /// Who gives it when asked by name: of a bundle.
        var keeper: Int
        /// Who has it.
        var owners: Set<Int>
    }
    /// Segments that the fleet has.
    var known: [Int: Known] = [:]
    /// Segments that are whole here.
    var mine: [Int: PieceHashes] = [:]
    /// Segments that come from the origin now.
    var fetching: [Int: SegmentProgress] = [:]
    /// Segments that come from other members now.
    var obtaining: Set<Int> = []
    /// Segments that are here from before and are being verified.
    var checking: Set<Int> = []
    /// Segments that stand in partials which their jobs have not taken up yet.
    var expected: Set<Int> = []
    var opened: Set<Int> = []
    /// Files that nobody waits for here any more.
    var settledFiles: Set<Int> = []
    /// The hashes of files that are right here.
    var verifiedFiles: [Int: String] = [:]
    /// How often each file's segments have become void, as this coordinator counts…
    var rounds: [Int: Int] = [:]
    /// …and as this node does.
    var voids: [Int: Int] = [:]
    var ownFaults: [Int: Int] = [:]
    /// Files that were found wrong here, while the coordinator finds out which segment it is.
    var doubting: Set<Int> = []
    /// Segments that are here and are being fetched from the origin once more.
    var rechecks: [Int: Task<PieceHashes, any Error>] = [:]
    /// How often a segment of each file was replaced, or another member found it right.
    var changes: [Int: Int] = [:]

    var status = FleetStatus()
    /// Bytes from the origin by segments that have ended.
    var originBytes: Int64 = 0
    /// No segment is claimed before.
    var claimsFrom = ContinuousClock.now
    /// Segments in a row that the origin did not give, and why.
    var lostInARow = 0
    var lastLoss: Failure?
    /// Bytes of bundles that came from other members.
    var bundleBytes: Int64 = 0
    var isAllDone = false
    /// It has been said that another member writes to the same folder.
    var hasSaidShared = false
    /// Another member has been there.
    var hasHadCompany = false
    var isOver = false

    /// Work for the group that ``run()`` keeps.
    let jobs: AsyncStream<Job>
    let addJob: AsyncStream<Job>.Continuation

    enum Job: Sendable {
        case fetch(FleetSegment)
        /// Once more, though it is here.
        case recheck(FleetSegment)
        case obtain(FleetSegment, Known)
    }

    /// Segments that are obtained at once.
    static let obtainedAtOnce = 8
    /// A coordinator without a word for so long is lost.
    static let leaderSilence = Duration.seconds(3)
    static let stall = Duration.seconds(5)

    package init(
        _ settings: FleetSettings, manifest: FleetManifest, secret: FleetSecret, plane: any FleetDataPlane,
        tell: @escaping @Sendable (FleetNote) -> Void
    ) {
        self.settings = settings
        self.manifest = manifest
        self.secret = secret
        self.plane = plane
        self.tell = tell
        client = FleetClient(secret: secret, userAgent: settings.userAgent)
        station = FleetStation(secret: secret, manifest: manifest, readBundle: { try? await plane.read($0) })
        (jobs, addJob) = AsyncStream.makeStream()
        status.size = manifest.members
        status.total = manifest.totalSize
    }

    /// Joins and works until all files are settled here, then stays for the others.
    /// - Throws: ``Failure``: 69 where nobody is there and that is not accepted, 77 for another secret, 78 for other files;
    ///   `CancellationError`.
    package func run() async throws -> FleetOutcome {
        defer { client.shutDown() }
        do {
            let outcome = try await takePart()
            await end()
            return outcome
        } catch {
            await end()
            throw error
        }
    }

    private func takePart() async throws -> FleetOutcome {
        try await listen()
        if let why = try await enter() { return .alone(why) }
        return try await withThrowingTaskGroup(of: FleetOutcome?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.keepInTouch() }
            group.addTask { try await self.followEvents() }
            group.addTask { try await self.claimSegments() }
            group.addTask { try await self.watchOtherCoordinators() }
            group.addTask { await self.work() }
            group.addTask { try await self.stayUntilDone() }
            while let result = try await group.next() { if let result { return result } }
            throw CancellationError()
        }
    }

    /// Runs the segments that are claimed or to be obtained.
    private func work() async -> FleetOutcome? {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask {
                    switch job {
                    case .fetch(let segment): await self.fetch(segment)
                    case .recheck(let segment): await self.recheck(segment)
                    case .obtain(let segment, let known): await self.obtain(segment, known)
                    }
                }
            }
            group.cancelAll()
        }
        return nil
    }

    private func end() async {
        isOver = true
        addJob.finish()
        await station.coordinator?.retire()
        await plane.stop()
        await server?.stop()
    }
}
