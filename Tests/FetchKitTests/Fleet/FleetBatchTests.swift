import Events
import Fleet
import Foundation
import PracticeHub
import Storage
import TestSupport
import Testing
import Transfer
@testable import FetchKit

@Suite("A batch in a fleet", .serialized, .requiresAria2c, .timeLimit(.minutes(2))) struct FleetBatchTests {
    static let configuration: HubConfiguration = {
        var configuration = HubConfiguration()
        configuration.modelSize = 48 << 20 | 4321
        return configuration
    }()

    @Test(arguments: [2, 4])
    func `fetches one copy from the origin and completes every node`(count: Int) async throws {
        try await FleetNode.with(count, Self.configuration) { hub, nodes in
            let outcomes = try await FleetNode.fetch(nodes, "hf:practice/one")
            let file = try #require(await hub.hubFile("practice/one", "model.safetensors"))
            for (node, outcome) in zip(nodes, outcomes) {
                #expect(outcome.summary.code == 0, "\(node.events.failures)")
                let data = try Data(contentsOf: URL(fileURLWithPath: node.folder + "/model.safetensors"))
                #expect(data == file.bytes(0..<file.size))
                #expect(node.leftovers == [])
            }
            let served = await hub.servedByCDN()
            #expect(served >= file.size)
            let isAnyTimedOut = nodes.contains { $0.events.hasTimedOutMember }
            #expect(isAnyTimedOut || Double(served) <= 1.05 * Double(file.size) + Double(8 << 20), "\(served) bytes")
            let received = nodes.compactMap(\.events.peerBytes)
            #expect(received.count == count)
            // As above: one segment may have come from the origin twice.
            #expect(isAnyTimedOut || received.reduce(0, +) >= Int64(count - 1) * file.size - (8 << 20))
        }
    }
    @Test func `shares small files, and a file that one node has already`() async throws {
        try await FleetNode.with(2, HubConfiguration()) { hub, nodes in
            var small = NewFile(.hub, name: "small-#.bin", size: 30_000, seed: 3, repository: "practice/mixed")
            small.copies = 60
            await hub.addFile(small)
            for (number, size) in [12 << 20, 9 << 20 | 77].enumerated() {
                await hub.addFile(
                    NewFile(.hub, name: "shard-\(number).bin", size: Int64(size), seed: UInt64(number) + 7, repository: "practice/mixed"))
            }
            // One node has a shard and some small files.
            var alone = nodes[1]
            alone.isInFleet = false
            #expect(try await alone.fetch("hf:practice/mixed/shard-0.bin", "hf:practice/mixed/small-7.bin").summary.code == 0)
            await hub.resetRequests()
            let outcomes = try await FleetNode.fetch(nodes, "hf:practice/mixed")
            var total: Int64 = 0
            for name in (0..<60).map({ "small-\($0).bin" }) + ["shard-0.bin", "shard-1.bin"] {
                let file = try #require(await hub.hubFile("practice/mixed", name))
                total += file.size
                for node in nodes {
                    let data = try? Data(contentsOf: URL(fileURLWithPath: node.folder + "/\(name)"))
                    #expect(data == file.bytes(0..<file.size), "\(name)")
                }
            }
            for (node, outcome) in zip(nodes, outcomes) {
                #expect(outcome.summary.code == 0, "\(node.events.failures)")
                #expect(node.leftovers == [])
            }
            let served = await hub.servedByCDN()
            let isAnyTimedOut = nodes.contains { $0.events.hasTimedOutMember }
            #expect(isAnyTimedOut || Double(served) <= 1.05 * Double(total) + Double(8 << 20), "\(served) bytes of \(total)")
        }
    }

    @Test func `fetches a segment again that was damaged before it was hashed`() async throws {
        try await FleetNode.with(3, Self.configuration) { hub, nodes in
            await hub.addFault(Fault(.wrongBytes, match: "model.safetensors", times: 1, offset: 20 << 20))
            let outcomes = try await FleetNode.fetch(nodes, "hf:practice/one")
            let file = try #require(await hub.hubFile("practice/one", "model.safetensors"))
            for (node, outcome) in zip(nodes, outcomes) {
                #expect(outcome.summary.code == 0, "\(node.events.failures)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: node.folder + "/model.safetensors")) == file.bytes(0..<file.size))
                #expect(node.leftovers == [])
            }
            #expect(nodes.contains { $0.events.warnings.contains { $0.contains("the fleet fetches it again") } })
        }
    }

    @Test func `accepts a node without aria2c`() async throws {
        try await FleetNode.with(2, Self.configuration) { hub, nodes in
            var nodes = nodes
            nodes[1].engine = .builtin
            let outcomes = try await FleetNode.fetch(nodes, "hf:practice/one")
            let file = try #require(await hub.hubFile("practice/one", "model.safetensors"))
            for (node, outcome) in zip(nodes, outcomes) {
                #expect(outcome.summary.code == 0, "\(node.events.failures)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: node.folder + "/model.safetensors")) == file.bytes(0..<file.size))
            }
        }
    }

    @Test func `continues without a node that ended, which resumes when it is started again`() async throws {
        var configuration = Self.configuration
        configuration.bytesPerSecondTotal = 12 << 20
        try await FleetNode.with(2, configuration) { hub, nodes in
            let file = try #require(await hub.hubFile("practice/one", "model.safetensors"))
            let lost = Task { try await nodes[1].fetch("hf:practice/one") }
            let stays = Task { try await nodes[0].fetch("hf:practice/one") }
            while await hub.servedByCDN() < file.size / 3 { try await Task.sleep(for: .milliseconds(20)) }
            lost.cancel()
            _ = try? await lost.value
            // It keeps its bytes, if it had any: the other node may have fetched all of that third.
            let kept = Disk.status(nodes[1].folder + "/model.safetensors.fetchctl-part") != nil
            #expect(!Disk.names(in: nodes[1].folder).contains { $0.hasSuffix(".fleet") })
            let again = try await nodes[1].fetch("hf:practice/one")
            #expect(again.summary.code == 0, "\(nodes[1].events.failures)")
            #expect(try await stays.value.summary.code == 0, "\(nodes[0].events.failures)")
            for node in nodes {
                #expect(try Data(contentsOf: URL(fileURLWithPath: node.folder + "/model.safetensors")) == file.bytes(0..<file.size))
                #expect(node.leftovers == [])
            }
            let copies = Double(await hub.servedByCDN()) / Double(file.size)
            #expect(copies <= (kept ? 2 : 2.5), "\(copies) copies")
        }
    }
}
