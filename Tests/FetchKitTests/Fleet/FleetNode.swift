import Curl
import Events
import FetchTypes
import Fleet
import Foundation
import Layouts
import ModelReference
import PracticeHub
import Storage
import Synchronization
import TestSupport
import Transfer
@testable import FetchKit

/// One node of a fleet, as a process of its own would be it: a client, an aria2c and a folder of its own.
struct FleetNode: Sendable {
    let addresses: HubAddresses
    let folder: String
    var roster: FleetRoster
    var secret = "a secret of sixteen bytes"
    var engine = FetchOptions.EngineChoice.auto
    var linger = Duration.seconds(20)
    var layout = Layout.plain
    var isInFleet = true
    /// To the origin, for one file.
    var connections: Int?
    let events = Events()

    /// An address of this machine's loopback that no other test is likely to have: the ports of a fleet's aria2c are few.
    static func address() -> String { "127.\(Int.random(in: 1...250)).\(Int.random(in: 1...250)).\(Int.random(in: 1...250))" }

    /// What was said.
    final class Events: Sendable {
        private let all = Mutex<[Event]>([])
        func add(_ event: Event) { all.withLock { $0.append(event) } }

        var warnings: [String] {
            all.withLock { $0 }.compactMap { if case .warning(_, _, let message) = $0 { message } else { nil } }
        }
        var failures: [Failure] { all.withLock { $0 }.compactMap { if case .failed(_, let failure, _) = $0 { failure } else { nil } } }

        /// A fetch of its own has come to its end.
        let hasEnded = Atomic(false)

        /// A member was silent for so long that what it had in hand was dealt out again: a busy machine may do that.
        var isToldOfGone: Bool { all.withLock { $0 }.contains { if case .fleet(.gone) = $0 { true } else { false } } }

        /// It has joined a fleet.
        var hasJoined: Bool { all.withLock { $0 }.contains { if case .fleet(.joined) = $0 { true } else { false } } }

        /// What it said at its end: bytes from the origin, from others and to others, and how many copies the origin gave to all.
        var end: (origin: Int64, peers: Int64, uploaded: Int64, copies: Double)? {
            all.withLock { $0 }.lazy.compactMap {
                guard case .fleet(.done(let origin, let peers, let uploaded, let copies)) = $0 else { return nil }
                return (origin, peers, uploaded, copies)
            }.last
        }

        /// The bytes that the node got from others, as it said at its end.
        var peerBytes: Int64? {
            all.withLock { $0 }.lazy.compactMap { if case .fleet(.done(_, let peers, _, _)) = $0 { peers } else { nil } }.last
        }
    }

    /// Fetches as `fetchctl add` does.
    func fetch(_ references: String...) async throws -> Batch.Outcome {
        defer { events.hasEnded.store(isInFleet, ordering: .relaxed) }
        let environment = [
            "HF_ENDPOINT": addresses.hub, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder, "TMPDIR": folder,
            "FETCHCTL_STATE_DIR": folder + "/state", "HF_HUB_CACHE": folder + "/cache",
        ]
        let client = CurlClient(settings: NetworkSettings(userAgent: "fetchctl-test/1"), threads: 2)
        defer { client.shutDown() }
        let setup = EngineSetup(settings: NetworkSettings(userAgent: "fetchctl-test/1"), environment: environment, userDirectory: nil)
        let engines = try await setup.engines(engine, limiter: nil)
        defer { engines.shutDown() }
        var options = FetchOptions(environment: environment)
        options.engine = engine
        options.defaultDirectory = folder
        if let connections { options.connections = connections }
        let endpoints = try ServiceEndpoints(environment: environment)
        let runtime = FetchRuntime(engines: engines.search, jobs: options.jobs, environment: environment)
        var services = BatchServices(
            client: client, endpoints: endpoints, environment: environment, runtime: runtime)
        var settings = FleetSettings(roster: roster, userAgent: "fetchctl-test/1")
        settings.interface = roster.hosts[0]
        settings.linger = linger
        // A busy machine may need long to start them all.
        settings.joinTimeout = .seconds(50)
        var terms = FleetTerms(settings: settings, secret: try FleetSecret(text: secret))
        terms.local = engines.direct
        if isInFleet { services.fleet = terms }
        let parser = ReferenceParser(endpoints: endpoints, pathExists: { _ in false })
        let requests = try references.map { text in
            var request = FetchRequest(try parser.parse(text))
            request.directory = folder
            request.layout = layout
            return request
        }
        let batch = Batch(requests, options: options, services: services) { [events] in events.add($0) }
        return await runtime.run { await batch.run() }
    }
}
