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

/// One node of a fleet with its own client, aria2c and folder, as a separate process would have.
struct FleetNode: Sendable {
    let addresses: HubAddresses
    let folder: String
    var roster: FleetRoster
    var secret = "a secret of sixteen bytes"
    var engine = FetchOptions.EngineChoice.auto
    var linger = Duration.seconds(20)
    var layout = Layout.plain
    var isInFleet = true
    /// The number of connections to the origin for one file.
    var connections: Int?
    let events = Events()

    /// A random loopback address, because a fleet's aria2c has few ports on each address.
    static func address() -> String { "127.\(Int.random(in: 1...250)).\(Int.random(in: 1...250)).\(Int.random(in: 1...250))" }

    /// The events of the node.
    final class Events: Sendable {
        private let all = Mutex<[Event]>([])
        func add(_ event: Event) { all.withLock { $0.append(event) } }

        var warnings: [String] {
            all.withLock { $0 }.compactMap { if case .warning(_, _, let message) = $0 { message } else { nil } }
        }
        var failures: [Failure] { all.withLock { $0 }.compactMap { if case .failed(_, let failure, _) = $0 { failure } else { nil } } }

        /// Whether a fetch has ended.
        let hasEnded = Atomic(false)

        /// Whether a member timed out, so that its segments were claimed again: that happens on a busy machine.
        var hasTimedOutMember: Bool { all.withLock { $0 }.contains { if case .fleet(.gone) = $0 { true } else { false } } }

        /// Whether it has joined a fleet.
        var hasJoined: Bool { all.withLock { $0 }.contains { if case .fleet(.joined) = $0 { true } else { false } } }

        /// Its final report: bytes from the origin, from others and to others, and the number of copies that the origin served.
        var end: (origin: Int64, peers: Int64, uploaded: Int64, copies: Double)? {
            all.withLock { $0 }.lazy.compactMap {
                guard case .fleet(.done(let origin, let peers, let uploaded, let copies)) = $0 else { return nil }
                return (origin, peers, uploaded, copies)
            }.last
        }

        /// The bytes from other nodes in its final report.
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
        // A busy machine may need long to start all nodes.
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
