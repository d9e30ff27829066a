import Fleet
import Foundation
import PracticeHub
import Storage
import Synchronization
import TestSupport
@testable import FetchKit

extension FleetNode {
    /// Runs a number of nodes against a hub, each with its own folder.
    static func with(
        _ count: Int, _ configuration: HubConfiguration, _ body: @Sendable (PracticeHub, [FleetNode]) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        try await PracticeHub.withHub(configuration) { (hub, addresses) async throws in
            let roster = FleetRoster(size: count, rank: nil, hosts: [address()], port: Int(freePort()), isOpen: true)
            let nodes = try (0..<count).map { number in
                try scratch.makeFolder("node\(number)")
                return FleetNode(addresses: addresses, folder: scratch("node\(number)"), roster: roster)
            }
            try await body(hub, nodes)
        }
        withExtendedLifetime(scratch) {}
    }

    /// Lets all nodes fetch the same reference concurrently.
    static func fetch(_ nodes: [FleetNode], _ reference: String) async throws -> [Batch.Outcome] {
        try await withThrowingTaskGroup(of: (Int, Batch.Outcome).self) { group in
            for (number, node) in nodes.enumerated() { group.addTask { (number, try await node.fetch(reference)) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Temporary files that a run should have removed.
    var leftovers: [String] {
        var found: [String] = []
        Disk.walk(folder) { if $0.contains("fetchctl-part") || $0.contains("fetchctl-new") { found.append($0) } }
        return found
    }

    /// The same node outside the fleet.
    var alone: FleetNode {
        var node = self
        node.isInFleet = false
        return node
    }

    /// The bytes of a file in the node's folder.
    func data(_ name: String) -> Data? { try? Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)) }

    /// Waits until the node has joined its fleet, or has ended.
    func joined() async throws {
        while !events.hasJoined, !events.hasEnded.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(20)) }
    }
}

extension PracticeHub {
    /// The number of file bytes that were sent.
    func servedByCDN() -> Int64 {
        requests().filter { $0.server == "cdn" }.reduce(0) { $0 + $1.bodyBytesSent }
    }
}
