import Aria2
import Events
import FetchTypes
import Foundation
import Glibc
import ModelSources
import PracticeHub
import Synchronization
import TestSupport
import Testing
@testable import Partials
@testable import Storage
@testable import Transfer

/// What is scripted here is what aria2c answers: between it and us is a closure.
@Suite("A job of aria2c's", .requiresAria2c, .timeLimit(.minutes(1))) struct Aria2JobTests {
    static var slow: HubConfiguration {
        var configuration = HubConfiguration()
        configuration.modelSize = 24 << 20
        configuration.bytesPerSecondTotal = 12 << 20
        return configuration
    }

    static func isCall(_ method: String, _ request: HTTPRequest) -> Bool {
        String(decoding: request.body ?? [], as: UTF8.self).contains("\"\(method)\"")
    }

    /// The aria2c that the record names has ended, or has not got this file open.
    func expectLetGo(_ bench: Bench, _ partial: Partial, _ location: SourceLocation = #_sourceLocation) async throws {
        #expect(partial.record.holder?.aria2 == nil, sourceLocation: location)
        guard let daemon = try? await bench.supervisor!.daemon() else { return }
        #expect(!openFiles(of: daemon.process).contains(partial.names.data), sourceLocation: location)
    }

    /// What keeps a Metalink document from aria2c: it was built without, says so only when asked to take one, or finds nothing in it.
    static let refusals: [(method: String, answer: @Sendable (String) -> String)] = [
        ("aria2.getVersion", { $0.replacing("\"Metalink\"", with: "\"Nothing\"") }),
        ("aria2.addMetalink", { _ in #"{"error":{"code":1,"message":"No such method: aria2.addMetalink"}}"# }),
        ("aria2.addMetalink", { _ in #"{"result":[]}"# }),
    ]

    @Test("is handed over by its link alone where aria2c takes no Metalink document", arguments: refusals.indices)
    func withoutMetalink(number: Int) async throws {
        let (method, answer) = Self.refusals[number]
        let calls = Mutex<[String]>([])
        let between: @Sendable (HTTPRequest, HTTPSend) async throws -> HTTPResponse = { request, send in
            for name in ["aria2.addMetalink", "aria2.addUri"] where Self.isCall(name, request) { calls.withLock { $0.append(name) } }
            guard Self.isCall(method, request) else { return try await send(request) }
            // What is refused never reaches aria2c.
            var response = method == "aria2.getVersion" ? try await send(request) : HTTPResponse(status: 200, body: [])
            response.body = Array(answer(String(decoding: response.body, as: UTF8.self)).utf8)
            return response
        }
        try await Bench.with([.aria2], between: between) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            try await bench.transfer(bench.engine(.aria2), into: partial)
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
            #expect(calls.withLock { $0 } == (method == "aria2.getVersion" ? [] : ["aria2.addMetalink"]) + ["aria2.addUri"])
        }
    }

    @Test("asks for ranges from its first request on", arguments: [[], [1, 3, 5]])
    func ranges(there: [Int]) async throws {
        try await Bench.with([.aria2]) { bench in
            let file = try await bench.file()
            let partial = try await bench.partial(size: file.size)
            try bench.fill(partial, there, from: file)
            try await bench.transfer(bench.engine(.aria2), into: partial, connections: 4)
            #expect(partial.map?.isComplete == true)
            #expect(try partial.falsePieces(file) == [])
            let asked = await bench.hub.requests().filter { $0.server == "cdn" }
            #expect(!asked.isEmpty && asked.allSatisfy { $0.header("Range") != nil }, "\(asked.map { $0.header("Range") ?? "none" })")
        }
    }

    @Test("that aria2c calls complete is complete as far as its pieces say")
    func lie() async throws {
        let between: @Sendable (HTTPRequest, HTTPSend) async throws -> HTTPResponse = { request, send in
            var response = try await send(request)
            let text = String(decoding: response.body, as: UTF8.self)
            if Self.isCall("system.multicall", request), text.contains(#""bitfield":"f"#) {
                response.body = Array(text.replacingOccurrences(of: #""status":"active""#, with: #""status":"complete""#).utf8)
            }
            return response
        }
        try await Bench.with([.aria2], Self.slow, between: between) { bench in
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            try bench.fill(partial, 0..<4, from: file)
            #expect(await outcome { try await bench.transfer(bench.engine(.aria2), "large.bin", into: partial) } == "protocolViolation")
            #expect(partial.map?.isComplete == false)
            #expect(try partial.falsePieces(file) == [])
            try await expectLetGo(bench, partial)
        }
    }

    @Test("whose link wants headers, at first or after it was renewed, is the other engine's", arguments: [false, true])
    func headers(isRenewed: Bool) async throws {
        try await Bench.with([.aria2], Self.slow) { bench in
            let file = try await bench.file("large.bin")
            let partial = try await bench.partial(size: file.size)
            let url = try #require(WebURL("\(bench.addresses.cdn)/plain/large.bin"))
            let plain = ByteLink(url: url, expires: ThisProcess.now + 1, allowsPrivateAddress: true)
            let wanting = ByteLink(url: url, secretHeaders: [("Cookie", Secret("k=v"))], allowsPrivateAddress: true)
            let links = LinkKeeper(SequenceLocator(isRenewed ? [plain, wanting] : [wanting]))
            let words = await outcome {
                try await bench.engine(.aria2).transfer(links, into: partial, connections: 4, meter: TransferMeter())
            }
            #expect(words == "engineLost")
            #expect(await bench.hub.requests().allSatisfy { $0.header("Cookie") == nil })
            #expect(try partial.falsePieces(file) == [])
            try await expectLetGo(bench, partial)
        }
    }

    static let reports: [(report: String, isCredible: Bool)] = [
        (#""totalLength":"2097152","completedLength":"1048576","bitfield":"80","numPieces":"2""#, true),
        (#""totalLength":"2097152","completedLength":"2097152","bitfield":"c0","numPieces":"2","pieceLength":"1048576""#, true),
        (#""totalLength":"2097152","completedLength":"1048575","bitfield":"80","numPieces":"2""#, false),
        (#""totalLength":"2097152","completedLength":"2097151","bitfield":"c0","numPieces":"2""#, false),
        (#""totalLength":"2097152","completedLength":"2097153","bitfield":"c0","numPieces":"2""#, false),
        (#""totalLength":"2097151","completedLength":"2097151","bitfield":"c0","numPieces":"2""#, false),
        (#""totalLength":"2097152","completedLength":"2097152","bitfield":"e0","numPieces":"3""#, false),
        (#""totalLength":"2097152","completedLength":"2097152","bitfield":"c0","numPieces":"2","pieceLength":"1048575""#, false),
        (#""completedLength":"2097152","bitfield":"c0","numPieces":"2""#, false),
        (#""totalLength":"2097152","bitfield":"c0","numPieces":"2""#, false),
        (#""totalLength":"2097152","completedLength":"2097152""#, false),
    ]

    @Test("is trusted where the report is consistent", arguments: reports)
    func credible(report: String, isCredible: Bool) throws {
        let status = try JSONDecoder().decode(Aria2Status.self, from: Data("{\(report)}".utf8))
        #expect((status.credibleBitfield(size: 2 << 20) != nil) == isCredible)
    }
}

/// Gives one link after the other, and the last one for ever.
private final class SequenceLocator: ByteLocator {
    let host = "127.0.0.1"
    private let links: Mutex<[ByteLink]>

    init(_ links: [ByteLink]) { self.links = Mutex(links) }

    func locate() async throws -> ByteLink { links.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
}
