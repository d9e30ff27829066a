import FetchTypes
import Foundation
import Testing

@testable import Aria2

@Suite("Jobs given to aria2c", .requiresAria2c, .timeLimit(.minutes(2)))
struct DownloadTests {
    let piece = 1 << 20

    func options(
        _ gid: Aria2GID, _ scratch: Scratch, connections: Int = 4, name: String = "part", pieceLength: Int? = nil
    ) throws -> Aria2JobOptions {
        try Aria2JobOptions(
            gid: gid, directory: scratch.path, fileName: name, connections: connections, pieceLength: pieceLength ?? piece)
    }

    @Test(arguments: ["part", "Модель v1 🦊.fetchctl-part", "a b;c$(d)'e\".part"])
    func `fetch a file, whatever its name`(name: String) async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(5 << 20 | 123))
        let gid = Aria2GID.random()
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let added = try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch, name: name))
            #expect(added == gid)
            let status = try await daemon.finish(gid)
            #expect(status.state == .complete)
            #expect(status.bitfield?.isComplete == true)
            #expect(status.totalLength == Int64(server.content.count))
            try await daemon.rpc.removeDownloadResult(gid)
            let gone = await #expect(throws: Aria2RPCFault.self) { try await daemon.rpc.tellStatus(gid) }
            #expect(gone?.isUnknownJob == true)
        }
        #expect(scratch.bytes(name) == server.content)
        #expect(scratch.bytes(name + ".aria2") == nil)
        #expect(server.requests.allSatisfy { $0.head.contains("User-Agent: fetchctl-test") })
    }

    /// What XML, aria2 or a shell could take for something else.
    static let oddNames = [
        "part", "Модель v1 🦊.fetchctl-part", "a b;c$(d)'e\".part", " begins and ends with spaces ", "<x> ]]> %2F%s lt;.part",
        ".hidden", "...", "..two", "-x", "~", "two..", "a\\b", "c:d|e?f*g", "x\u{2028}\u{feff}\u{200b}", "e\u{301}\u{e9}",
        "not XML \u{ffff}", String(repeating: "é", count: 120),
    ]

    @Test func `with a document fetch the file under exactly its name, by ranges alone`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(3 << 20 | 123))
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            #expect(daemon.hasMetalink)
            for (number, name) in Self.oddNames.enumerated() {
                let options = try options(Aria2GID(UInt64(number) + 1), scratch, name: name)
                let document = try #require(
                    Metalink(fileName: name, size: Int64(server.content.count), url: WebURL(server.url + "&a=1&b=%26\(number)")!))
                do {
                    let gid = try await daemon.rpc.addMetalink(document, options)
                    let status = try await daemon.finish(gid)
                    #expect(status.state == .complete, "\(name): \(status.errorMessage ?? "")")
                    #expect(status.bitfield?.isComplete == true)
                    #expect(scratch.bytes(name)?.elementsEqual(server.content) == true, "\(name)")
                } catch Aria2RPCFault.refused(_, let message) {
                    // A character that is none in XML.
                    #expect(name.hasPrefix("not XML"), "\(name): \(message)")
                }
            }
        }
        #expect(server.requests.allSatisfy { $0.head.contains("Range: bytes=") })
        // libxml2 would make it `R&#38;D`.
        #expect(Metalink(fileName: "R&D", size: 1, url: WebURL(server.url)!) == nil)
        #expect(server.requests.contains { $0.target.hasSuffix("&a=1&b=%260") })
        let there = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(Set(there).subtracting(Self.oddNames) == [])
    }

    @Test func `leave a control file that can be read and resumed when aria2c is stopped`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(8 << 20), behaviour: .hold(after: 3 << 19))
        let launch = try await Installed.launch()
        try await withAria2(launch, send: loopbackSend) { daemon in
            let gid = Aria2GID(1)
            daemon.jobBegan()
            try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch, connections: 2))
            _ = try await daemon.status(of: gid) { $0.bitfield?.setCount == 2 && $0.completedLength == 3 << 20 }
            daemon.stop()
            let status = try await daemon.exited().status
            #expect(status == .exited(7))
        }
        let control = try ControlFile(decoding: try #require(scratch.bytes("part.aria2")))
        #expect(control.totalLength == 8 << 20)
        #expect(control.pieceLength == piece)
        #expect(control.pieces.setCount == 2)
        #expect(control.completedLength >= 2 << 20)
        for range in control.completeRanges {
            let range = Int(range.lowerBound)..<Int(range.upperBound)
            #expect(scratch.bytes("part")?[range] == server.content[range])
        }
        // aria2's own bytes come back when they are encoded again.
        #expect(control.encoded == scratch.bytes("part.aria2"))

        server.set(.serve)
        let before = server.requests.count
        try await withAria2(launch, send: loopbackSend) { daemon in
            let gid = Aria2GID(1)
            try await daemon.rpc.addUri([WebURL(server.url + "2")!], try options(gid, scratch))
            #expect(try await daemon.finish(gid).state == .complete)
        }
        #expect(scratch.bytes("part") == server.content)
        // After one request for everything, of which only the head is read, nothing that is there is asked for.
        for request in server.requests.dropFirst(before + 1) {
            #expect(!control.completeRanges.contains { $0.contains(Int64(request.range.lowerBound)) })
        }
    }

    @Test func `fetch only what a control file of ours says is missing`() async throws {
        let scratch = try Scratch()
        let server = FileServer(content: noise(6 << 20 | 77))
        let total = Int64(server.content.count)
        // Whole pieces, a piece of which only some blocks are there, and the short last one.
        let there: [Range<Int64>] = [0..<(2 << 20), (3 << 20)..<(3 << 20 + 5 * 16384), (6 << 20)..<total]
        let control = ControlFile(totalLength: total, pieceLength: piece, complete: there)
        var part = [UInt8](repeating: 0, count: server.content.count)
        for range in there {
            part[Int(range.lowerBound)..<Int(range.upperBound)] = server.content[Int(range.lowerBound)..<Int(range.upperBound)]
        }
        try scratch.write(part, to: "part")
        try scratch.write(control.encoded, to: "part.aria2")
        try await withAria2(try await Installed.launch(), send: loopbackSend) { daemon in
            let gid = Aria2GID(2)
            try await daemon.rpc.addUri([WebURL(server.url)!], try options(gid, scratch, connections: 1))
            #expect(try await daemon.finish(gid).state == .complete)
        }
        #expect(scratch.bytes("part") == server.content)
        // The first request is for everything and only read for its head.
        let asked = server.requests.dropFirst().map(\.range.lowerBound)
        #expect(asked == [2 << 20, 3 << 20 + 5 * 16384])
        #expect(control.completedLength == there.reduce(0) { $0 + Int64($1.count) })
    }
}
