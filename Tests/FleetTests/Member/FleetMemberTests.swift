import FetchTypes
import Server
import Synchronization
import Testing

@testable import Fleet

/// Whole fleets of members in this process: real servers and requests on loopback, scripted bytes.
@Suite struct FleetMemberTests {
    static let secret = "a secret of the tests"
    static let right = String(repeating: "ab", count: 32)
    private static let wrong = String(repeating: "cd", count: 32)

    /// The notes that a member reported.
    final class NoteLog: Sendable {
        private let notes = Mutex<[FleetNote]>([])
        var all: [FleetNote] { notes.withLock { $0 } }
        func add(_ note: FleetNote) { notes.withLock { $0.append(note) } }
    }

    /// A member with its bytes and its notes.
    final class Node: Sendable {
        let member: FleetMember
        let plane: FakePlane
        let log = NoteLog()
        var notes: [FleetNote] { log.all }

        init(
            _ world: FakeWorld, port: Int, script: FakePlane.Script = FakePlane.Script(), secret: String = FleetMemberTests.secret,
            manifest: FleetManifest? = nil, refused: [Int: Failure] = [:], _ change: (inout FleetSettings) -> Void = { _ in }
        ) throws {
            plane = FakePlane(world, script)
            let members = (manifest ?? world.manifest).members
            let roster = FleetRoster(size: members, rank: nil, hosts: ["127.0.0.1"], port: port, isOpen: true)
            var settings = FleetSettings(roster: roster, userAgent: "test")
            settings.linger = .seconds(20)
            // A busy machine may need long to start all nodes.
            settings.joinTimeout = .seconds(50)
            change(&settings)
            let log = log
            member = FleetMember(
                settings, manifest: manifest ?? world.manifest, secret: try FleetSecret(text: secret), plane: plane, refused: refused,
                tell: { note in log.add(note) })
        }

        /// Runs the member, and acts for its file jobs.
        func run() async throws -> FleetOutcome {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for file in plane.world.manifest.files.indices { group.addTask { try await self.file(file) } }
                let outcome = try await member.run()
                try await group.waitForAll()
                return outcome
            }
        }

        private func file(_ file: Int) async throws {
            await member.opened(file, present: [])
            while let isRight = await plane.whole(file) {
                if isRight, try await member.verified(file, sha256: FleetMemberTests.right) { return }
                guard try await member.bad(file) else { return await member.settled(file) }
            }
        }

        var warnings: [String] { notes.compactMap { if case .warning(_, let text) = $0 { text } else { nil } } }
    }

    private func manifest(_ mebibytes: [Int64], members: Int) throws -> FleetManifest {
        try FleetManifest(
            files: mebibytes.enumerated().map { FleetFile(name: "\($0)", size: $1 << 20, sha256: Self.right) }, members: members)
    }

    /// A port on which no process listens.
    static func freePort() async throws -> Int {
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { _ in .text("") }
        await server.stop()
        return server.port
    }

    private func isDone(_ outcome: FleetOutcome) -> Bool { if case .done = outcome { true } else { false } }

    /// On a busy machine a member may time out, so that its segments are claimed again.
    private func isOneCopy(_ bytes: Int64, of manifest: FleetManifest) -> Bool {
        bytes >= manifest.totalSize && bytes <= manifest.totalSize * 3 / 2
    }

    @Test(.timeLimit(.minutes(1)), arguments: [2, 5]) func everyNodeGetsAllAndTheOriginServesOneCopy(members: Int) async throws {
        let manifest = try manifest([64, 1, 1, 2, 20], members: members)
        let world = FakeWorld(manifest)
        let port = try await Self.freePort()
        let nodes = try (0..<members).map { _ in try Node(world, port: port) }
        try await withThrowingTaskGroup(of: FleetOutcome.self) { group in
            for node in nodes { group.addTask { try await node.run() } }
            for try await outcome in group { #expect(isDone(outcome)) }
        }
        #expect(isOneCopy(world.originBytes, of: manifest))
        for node in nodes {
            #expect(node.plane.kinds.count == manifest.segments.count)
            #expect(node.warnings.isEmpty || world.originBytes > manifest.totalSize)
            guard case .joined(_, members, "127.0.0.1:\(port)")? = node.notes.first else { return #expect(Bool(false)) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func aWrongSecretIsRefusedAndOthersContinue() async throws {
        let world = FakeWorld(try manifest([8], members: 2))
        let port = try await Self.freePort()
        let nodes = [try Node(world, port: port), try Node(world, port: port)]
        let stranger = try Node(world, port: port, secret: "another secret 123") {
            $0.roster = FleetRoster(size: 2, rank: 1, hosts: ["127.0.0.1"], port: port, isOpen: true)
        }
        async let first = nodes[0].run()
        try await nodes[0].joined()
        let failure = try await #require(throws: Failure.self) { try await stranger.run() }
        #expect(failure.code == .notAllowed)
        async let second = nodes[1].run()
        #expect(isDone(try await first))
        #expect(isDone(try await second))
    }

    @Test(.timeLimit(.minutes(1))) func anotherManifestIsRefused() async throws {
        let world = FakeWorld(try manifest([8], members: 2))
        let port = try await Self.freePort()
        let first = try Node(world, port: port)
        let running = Task { try await first.run() }
        try await first.joined()
        for other in [try manifest([9], members: 2), try manifest([8], members: 3)] {
            let stranger = try Node(world, port: port, manifest: other) { settings in
                settings.roster = FleetRoster(size: other.members, rank: 1, hosts: ["127.0.0.1"], port: port, isOpen: true)
            }
            let failure = try await #require(throws: Failure.self) { try await stranger.member.run() }
            #expect(failure.code == .configuration)
        }
        running.cancel()
        _ = try? await running.value
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true]) func withoutACoordinatorItContinuesAlone(isRequired: Bool) async throws {
        let world = FakeWorld(try manifest([8], members: 2))
        let port = try await Self.freePort()
        let node = try Node(world, port: port) { settings in
            settings.roster = FleetRoster(size: 2, rank: 1, hosts: ["127.0.0.1"], port: port, isOpen: true)
            settings.joinTimeout = .milliseconds(500)
            settings.isRequired = isRequired
        }
        if isRequired {
            let failure = try await #require(throws: Failure.self) { try await node.run() }
            #expect(failure.code == .unavailable)
        } else {
            guard case .alone = try await node.run() else { return #expect(Bool(false)) }
            #expect(node.warnings.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true]) func rankZeroWithoutOthersFetchesAll(isRequired: Bool) async throws {
        let world = FakeWorld(try manifest([64], members: 2))
        let node = try Node(world, port: try await Self.freePort(), script: FakePlane.Script(fetchTime: .milliseconds(200))) { settings in
            settings.joinTimeout = .milliseconds(500)
            settings.linger = .milliseconds(500)
            settings.isRequired = isRequired
        }
        if isRequired {
            let failure = try await #require(throws: Failure.self) { try await node.run() }
            #expect(failure.code == .unavailable)
        } else {
            #expect(isDone(try await node.run()))
            #expect(node.warnings.count == 1)
            #expect(world.originBytes >= 64 << 20 && world.originBytes <= 96 << 20)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [0, 1, 2]) func aNodeThatIsKilledIsReplaced(victim: Int) async throws {
        let world = FakeWorld(try manifest([256], members: 3))
        let port = try await Self.freePort()
        var nodes: [Node] = []
        var running: [Task<FleetOutcome, any Error>] = []
        for _ in 0..<3 {
            let node = try Node(world, port: port, script: FakePlane.Script(fetchTime: .milliseconds(100))) {
                // The time is longer than a member's timeout.
                $0.linger = .seconds(9)
            }
            running.append(Task { try await node.run() })
            try await node.joined()
            nodes.append(node)
        }
        running[victim].cancel()
        for index in nodes.indices where index != victim {
            #expect(isDone(try await running[index].value))
            #expect(nodes[index].plane.kinds.count == world.manifest.segments.count)
            let isReported = nodes[index].notes.contains { note in
                if victim == 0, case .coordinator(let rank, _) = note { return rank != 0 }
                return victim != 0 && note == .gone(rank: victim)
            }
            #expect(isReported)
        }
        // The victim's claims, and segments that only it had, are fetched again. On a busy machine others may be taken for gone, too.
        #expect(world.originBytes < 3 * (256 << 20))
    }

    @Test(.timeLimit(.minutes(1))) func segmentsOpenedBeforeThePlaneStartedAreOffered() async throws {
        let world = FakeWorld(try manifest([32], members: 2))
        let node = try Node(world, port: try await Self.freePort())
        let segments = world.manifest.segments(of: 0)
        await node.member.opened(0, present: segments.map { ($0, world.hashes($0, kind: 0)) })
        let running = Task { try await node.member.run() }
        try await node.joined()
        // A plane has port 0 until it starts.
        #expect(world.state.withLock { $0.offered.filter { $0.key != 0 }.map(\.value.count) } == [segments.count])
        running.cancel()
        _ = try? await running.value
    }

    @Test(.timeLimit(.minutes(1))) func aNodeWithoutPeersGetsAllFromTheOrigin() async throws {
        let world = FakeWorld(try manifest([32, 1], members: 2))
        let port = try await Self.freePort()
        let nodes = [try Node(world, port: port), try Node(world, port: port, script: FakePlane.Script(hasNoPeers: true))]
        async let first = nodes[0].run()
        async let second = nodes[1].run()
        #expect(isDone(try await first))
        #expect(isDone(try await second))
        #expect(world.originBytes <= 2 * (33 << 20))
    }

    @Test(.timeLimit(.minutes(1)), arguments: [0, 2]) func aNodeWithoutAria2FetchesRangesForItself(which: Int) async throws {
        let world = FakeWorld(try manifest([64, 1], members: 3))
        let port = try await Self.freePort()
        let nodes = try (0..<3).map { try Node(world, port: port, script: FakePlane.Script(hasNoAria2: $0 == which)) }
        try await withThrowingTaskGroup(of: FleetOutcome.self) { group in
            for node in nodes { group.addTask { try await node.run() } }
            for try await outcome in group { #expect(isDone(outcome)) }
        }
        for node in nodes { #expect(node.plane.kinds.count == world.manifest.segments.count) }
        let own = world.state.withLock { $0.origin[0] ?? 0 }
        #expect(own == 64 << 20 || own == 65 << 20)
        #expect(isOneCopy(world.originBytes - own + 1 << 20, of: world.manifest))
    }

    @Test(.timeLimit(.minutes(1))) func damagedBytesAreFetchedAgainAndTheirNodeExcluded() async throws {
        let world = FakeWorld(try manifest([32], members: 3))
        let port = try await Self.freePort()
        let nodes = try [false, true, false].map { damages in
            try Node(world, port: port, script: FakePlane.Script(damages: damages)) { $0.linger = .seconds(3) }
        }
        let running = nodes.map { node in Task { try await node.run() } }
        for index in [0, 2] {
            #expect(isDone(try await running[index].value))
            #expect(nodes[index].plane.kinds.values.allSatisfy { $0 == 0 })
        }
        running[1].cancel()
        _ = try? await running[1].value
    }

    @Test(.timeLimit(.minutes(1))) func onlyTheSegmentDamagedOnItsOwnDiskIsObtainedAgain() async throws {
        let world = FakeWorld(try manifest([32], members: 2))
        let port = try await Self.freePort()
        // This one fetches nothing from the origin.
        let second = try Node(world, port: port, script: FakePlane.Script(damagesObtained: 1, isCutOff: true))
        let first = try Node(world, port: port)
        async let outcome = first.run()
        #expect(isDone(try await second.run()))
        #expect(isDone(try await outcome))
        #expect(second.plane.kinds.count == 4 && second.plane.kinds.values.allSatisfy { $0 == 0 })
        #expect(await second.plane.traffic.downloaded == 5 * 8 << 20)
        #expect((first.warnings + second.warnings).filter { $0.contains("wrong bytes") }.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func aMemberThatTheOriginRefusesWaitsForOneThatItServes() async throws {
        let world = FakeWorld(try manifest([32], members: 2))
        let port = try await Self.freePort()
        // It fetches for longer than the other one needs for its five tries.
        let slow = try Node(world, port: port, script: FakePlane.Script(fetchTime: .seconds(4)))
        let cutOff = try Node(world, port: port, script: FakePlane.Script(isCutOff: true))
        async let outcome = slow.run()
        #expect(isDone(try await cutOff.run()))
        #expect(isDone(try await outcome))
        #expect(cutOff.plane.kinds.count == 4)
    }

    @Test(.timeLimit(.minutes(1))) func rateLimitsOfTheOriginAreWaitedOut() async throws {
        let world = FakeWorld(try manifest([64], members: 2))
        world.state.withLock { $0.rateLimits = 5 }
        let port = try await Self.freePort()
        let nodes = [try Node(world, port: port), try Node(world, port: port)]
        async let first = nodes[0].run()
        async let second = nodes[1].run()
        #expect(isDone(try await first))
        #expect(isDone(try await second))
        #expect(isOneCopy(world.originBytes, of: world.manifest))
    }
}

extension FleetMemberTests.Node {
    /// Waits until the member has joined.
    func joined() async throws {
        while !notes.contains(where: { if case .joined = $0 { true } else { false } }) {
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
