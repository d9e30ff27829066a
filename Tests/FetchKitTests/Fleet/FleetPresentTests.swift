import Events
import Fleet
import Foundation
import Partials
import PracticeHub
import Storage
import TestSupport
import Testing
import Transfer
@testable import FetchKit

/// Files that one node has from an earlier run, and another lacks.
@Suite("A node with files of an earlier run", .serialized, .requiresAria2c, .timeLimit(.minutes(2))) struct FleetPresentTests {
    struct Repo: Sendable, CustomTestStringConvertible {
        /// The size in bytes of each large file.
        var shards: [Int64]
        /// The number of files of 30,000 bytes.
        var small: Int
        /// The path in the repo that the node fetches first; nil: the whole repo.
        var before: String?
        var testDescription: String { "\(shards) and \(small) small files, before: \(before ?? "all")" }

        var names: [String] { shards.indices.map { "shard-\($0).bin" } + (0..<small).map { "small-\($0).bin" } }

        func add(to hub: PracticeHub) async {
            for (number, size) in shards.enumerated() {
                await hub.addFile(
                    NewFile(.hub, name: "shard-\(number).bin", size: size, seed: UInt64(number) + 7, repository: "practice/mixed"))
            }
            var files = NewFile(.hub, name: "small-#.bin", size: 30_000, seed: 3, repository: "practice/mixed")
            files.copies = small
            await hub.addFile(files)
        }
    }

    /// Both nodes fetch the repo; the first has joined before the second starts.
    private func fetch(_ nodes: [FleetNode]) async throws {
        let first = Task { try await nodes[0].fetch("hf:practice/mixed") }
        try await nodes[0].joined()
        let second = try await nodes[1].fetch("hf:practice/mixed")
        #expect(second.summary.code == 0, "\(nodes[1].events.failures)")
        #expect(try await first.value.summary.code == 0, "\(nodes[0].events.failures)")
    }

    @Test(arguments: [
        Repo(shards: [40 << 20, 9 << 20 | 77], small: 10), Repo(shards: [40 << 20, 9 << 20 | 77], small: 2, before: "/shard-0.bin"),
        Repo(shards: [], small: 90),
    ])
    func `offers them, so that they are not fetched again`(repo: Repo) async throws {
        try await FleetNode.with(2, HubConfiguration()) { hub, nodes in
            await repo.add(to: hub)
            #expect(try await nodes[0].alone.fetch("hf:practice/mixed" + (repo.before ?? "")).summary.code == 0)
            let before = repo.names.compactMap { Disk.status(nodes[0].folder + "/" + $0) }
            await hub.resetRequests()
            try await fetch(nodes)
            var total: Int64 = 0
            for name in repo.names {
                let file = try #require(await hub.hubFile("practice/mixed", name))
                total += file.size
                for node in nodes { #expect(node.data(name) == file.bytes(0..<file.size), "\(name)") }
            }
            for node in nodes { #expect(node.leftovers == []) }
            // The files of the earlier run were not replaced.
            for status in before { #expect(repo.names.contains { Disk.status(nodes[0].folder + "/" + $0) == status }) }
            // They are not fetched again, unless the member timed out on a busy machine.
            guard !nodes.contains(where: { $0.events.hasTimedOutMember }) else { return }
            #expect(await hub.servedByCDN() <= total / 2)
            let (holder, other) = (try #require(nodes[0].events.end), try #require(nodes[1].events.end))
            #expect(other.peers >= total / 2 && holder.uploaded >= total / 2, "\(holder) \(other)")
            #expect(holder.copies <= 0.5 && other.copies <= 0.5, "\(holder) \(other)")
        }
    }

    @Test func `does not offer a file that was changed`() async throws {
        try await FleetNode.with(2, HubConfiguration()) { hub, nodes in
            await Repo(shards: [9 << 20], small: 0).add(to: hub)
            #expect(try await nodes[0].alone.fetch("hf:practice/mixed").summary.code == 0)
            let path = nodes[0].folder + "/shard-0.bin"
            let modified = try #require(Disk.status(path)?.modified)
            let file = try OpenFile(path, .readWrite)
            try file.write([1, 2, 3], at: 5 << 20)
            // Its record still describes it.
            file.setModified(modified)
            try await fetch(nodes)
            let content = try #require(await hub.hubFile("practice/mixed", "shard-0.bin"))
            #expect(nodes[1].data("shard-0.bin") == content.bytes(0..<content.size))
            #expect(nodes[0].events.warnings.contains { $0.contains("shard-0.bin is not offered to others") })
        }
    }

    @Test func `offers a partial's segments, and does not count them as fetched`() async throws {
        var configuration = FleetBatchTests.configuration
        configuration.bytesPerSecondTotal = 12 << 20
        try await FleetNode.with(2, configuration) { hub, nodes in
            var nodes = nodes
            nodes[0].connections = 1
            let file = try #require(await hub.hubFile("practice/one", "model.safetensors"))
            let begun = Task { [alone = nodes[0].alone] in try await alone.fetch("hf:practice/one") }
            while await hub.servedByCDN() < file.size * 2 / 3 { try await Task.sleep(for: .milliseconds(20)) }
            begun.cancel()
            _ = try? await begun.value
            let kept = Partial.keptBytes(PartialNames(target: nodes[0].folder + "/model.safetensors"))
            await hub.resetRequests()
            let first = Task { [node = nodes[0]] in try await node.fetch("hf:practice/one") }
            try await nodes[0].joined()
            #expect(try await nodes[1].fetch("hf:practice/one").summary.code == 0, "\(nodes[1].events.failures)")
            #expect(try await first.value.summary.code == 0, "\(nodes[0].events.failures)")
            for node in nodes { #expect(node.data("model.safetensors") == file.bytes(0..<file.size)) }
            let served = await hub.servedByCDN()
            // Its segments are never claimed. A segment that it does not deliver for 5 s is fetched from the origin again.
            let most = nodes.contains { $0.events.hasTimedOutMember } ? 2 * file.size : file.size
            #expect(kept > 0 && served <= most, "\(served) bytes of \(file.size), \(kept) were there")
            for end in nodes.compactMap(\.events.end) {
                #expect(end.copies * Double(file.size) <= Double(served) + 1, "\(end), \(served) bytes served")
                #expect(end.origin <= served)
            }
        }
    }
}
