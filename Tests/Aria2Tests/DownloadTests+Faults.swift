import FetchTypes
import Foundation
import Testing

@testable import Aria2

/// Jobs are refused by aria2c or by the server.
extension DownloadTests {
    @Test func `are refused where there is data and no control file`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(2 << 20))
        try scratch.write(noise(1 << 20, seed: 9), to: "part")
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let gid = Aria2GID(3)
            try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch))
            let status = try await daemon.finish(gid)
            #expect(status.fault?.code == 13)
            #expect(status.fault?.action == .rebuildControlFile)
        }
        #expect(scratch.bytes("part") == noise(1 << 20, seed: 9))
    }

    @Test func `are refused where the control file's pieces are of another length, and where it is damaged`() async throws {
        for (control, code, action) in [
            (ControlFile(totalLength: 4 << 20, pieceLength: 2 << 20, complete: [0..<(2 << 20)]).encoded, 10, .rewriteControlFile),
            (Array(ControlFile(totalLength: 4 << 20, pieceLength: 1 << 20).encoded.prefix(30)), 1, .rebuildControlFile),
            ([], 1, .rebuildControlFile),
            (ControlFile(totalLength: 5 << 20, pieceLength: 1 << 20, complete: [0..<(2 << 20)]).encoded, 1, .rebuildControlFile),
        ] as [([UInt8], Int, Aria2ErrorTable.Action)] {
            let scratch = try Scratch()
            let server = FileServer(content: noise(4 << 20))
            try scratch.write([UInt8](repeating: 0, count: 4 << 20), to: "part")
            try scratch.write(control, to: "part.aria2")
            try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
                let gid = Aria2GID(4)
                try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch))
                let status = try await daemon.finish(gid)
                #expect(status.fault?.code == code)
                #expect(status.fault?.action == action, "\(status.errorMessage ?? "")")
            }
        }
    }

    @Test(arguments: [
        (403, 22, Aria2ErrorTable.Action.renewLink), (401, 24, .renewLink), (404, 3, .notFound), (410, 22, .renewLink),
        (429, 22, .probe(status: 429)), (416, 22, .probe(status: 416)), (500, 22, .probe(status: 500)),
        (503, 29, .probe(status: 503)), (504, 29, .probe(status: 504)),
    ])
    func `end with the action that the server's status calls for`(status: Int, code: Int, action: Aria2ErrorTable.Action) async throws {
        let scratch = try Scratch()
        let server = FileServer(content: [1], behaviour: .status(status))
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let gid = Aria2GID(5)
            try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch, connections: 1))
            let ended = try await daemon.finish(gid)
            #expect(ended.state == .error)
            #expect(ended.fault?.code == code)
            #expect(ended.fault?.action == action, "\(ended.errorMessage ?? "")")
            #expect(ended.errorMessage?.contains("SIGNATURE") != true)
            #expect(!daemon.lines.contains { $0.contains("SIGNATURE") })
        }
    }

    @Test func `end as network errors where the server closes the connection or is not there`() async throws {
        let closed = Sockets.listen()
        close(closed.descriptor)
        let dropping = FileServer(content: noise(4 << 20), behaviour: .drop(after: 100_000))
        let scratch = try Scratch()
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            for (index, url) in ["http://127.0.0.1:\(closed.port)/x", dropping.url].enumerated() {
                let gid = Aria2GID(UInt64(10 + index))
                try await daemon.rpc.addUri([WebURL(url)!], try options(gid, scratch, connections: 1, name: "\(index)"))
                let ended = try await daemon.finish(gid)
                #expect(ended.fault?.action == (index == 0 ? .unreachable : .retryNetwork), "\(ended.errorMessage ?? "")")
            }
        }
    }

    @Test func `end where ranges are no longer served, with what was there kept`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(4 << 20), behaviour: .ignoreRange)
        let control = ControlFile(totalLength: 4 << 20, pieceLength: piece, complete: [0..<(2 << 20)])
        let part = Array(server.content.prefix(2 << 20)) + [UInt8](repeating: 0, count: 2 << 20)
        try scratch.write(part, to: "part")
        try scratch.write(control.encoded, to: "part.aria2")
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let gid = Aria2GID(6)
            try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch))
            #expect(try await daemon.finish(gid).fault?.action == .rangeNotHonoured)
        }
        #expect(scratch.bytes("part") == part)
        #expect(try ControlFile(decoding: scratch.bytes("part.aria2") ?? []).pieces == control.pieces)
    }
}
