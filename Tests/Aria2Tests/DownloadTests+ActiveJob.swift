import FetchTypes
import Foundation
import Testing

@testable import Aria2

/// Jobs are changed, paused or removed while they run.
extension DownloadTests {
    @Test func `go on with another link while they are active, and are asked for in one call`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(4 << 20), behaviour: .hold(after: 3 << 19))
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let (gid, other) = (Aria2GID(7), Aria2GID(8))
            let (old, new) = (WebURL(server.url)!, WebURL(server.url + "-renewed")!)
            try await daemon.rpc.addUri([old], try options(gid, scratch, connections: 1))
            _ = try await daemon.status(of: gid) { $0.bitfield?.setCount == 1 }
            let servers = try await daemon.rpc.getServers(gid)
            #expect(servers.map(\.currentURL) == [old])
            let used = try await daemon.rpc.getUris(gid)
            #expect(!used.isEmpty && used.allSatisfy { $0.url == old })
            server.set(.serve)
            let counts = try await daemon.rpc.changeUri(gid, removing: used.map(\.url), adding: [new])
            #expect(counts == (used.count, 1))
            let ended = try await daemon.finish(gid)
            #expect(ended.state == .complete)
            let batch = try await daemon.rpc.tellStatus(of: [gid, other], keys: [.gid, .status])
            let first = try batch[0].get()
            #expect(first.state == .complete && first.bitfield == nil)
            guard case .failure(let fault) = batch[1] else { throw Unexpected() }
            #expect(fault.isUnknownJob, "\(fault)")
        }
        #expect(scratch.bytes("part") == server.content)
        #expect(server.requests.last?.target.hasSuffix("-renewed") == true)
    }

    @Test func `go on after a pause`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(4 << 20), behaviour: .hold(after: 3 << 19))
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let gid = Aria2GID(7)
            try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch, connections: 1))
            _ = try await daemon.status(of: gid) { $0.bitfield?.setCount == 1 && $0.completedLength == 3 << 19 }
            try await daemon.rpc.forcePause(gid)
            _ = try await daemon.status(of: gid) { $0.state == .paused }
            let control = try ControlFile(decoding: scratch.bytes("part.aria2") ?? [])
            #expect(control.completedLength == 3 << 19)
            server.set(.serve)
            try await daemon.rpc.unpause(gid)
            #expect(try await daemon.finish(gid).state == .complete)
        }
        #expect(scratch.bytes("part") == server.content)
    }

    @Test func `are removed at once, and a refusal keeps aria2's words`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(4 << 20), behaviour: .hold(after: 1 << 19))
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let gid = Aria2GID(9)
            try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch))
            let twice = await #expect(throws: Aria2RPCFault.self) {
                try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch, name: "b"))
            }
            guard case .refused(1, let message) = twice else { throw try #require(twice) }
            #expect(!message.isEmpty)
            try await daemon.rpc.changeGlobalOption(["max-overall-download-limit": "1000000"])
            try await daemon.rpc.forceRemove(gid)
            let ended = try await daemon.finish(gid)
            #expect(ended.state == .removed)
            #expect(ended.fault == nil)
        }
    }
}

/// A result that the test does not allow.
private struct Unexpected: Error {}
