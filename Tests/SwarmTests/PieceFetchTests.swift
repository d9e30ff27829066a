import Curl
import FetchTypes
import Fleet
import ModelSources
import Server
import Synchronization
import TestSupport
import Testing
import Transfer
@testable import Swarm

@Suite("A piece of a file from the origin", .timeLimit(.minutes(1))) struct PieceFetchTests {
    /// ModelSources has a type of the same name.
    typealias ServerAnswer = Server.ServerAnswer

    struct Case: Sendable, CustomTestStringConvertible {
        /// The origin's answers in order; the last one is repeated.
        var answers: [ServerAnswer]
        var requests: Int
        var result: Result

        enum Result: Sendable, Equatable {
            case bytes
            case rateLimited(Double?)
            case lost
        }

        var testDescription: String { "\(answers.map(\.status)): \(result)" }
    }

    private static let piece: Range<Int64> = 2..<5

    private static func part(_ range: String = "bytes 2-4/6", body: [UInt8] = Array(Hello.content[2..<5])) -> ServerAnswer {
        ServerAnswer(status: 206, headers: [("Content-Range", range)], body: body)
    }

    @Test(
        "is asked for again as ranges are, and no other bytes are taken for it",
        arguments: [
            Case(answers: [part()], requests: 1, result: .bytes),
            Case(answers: [ServerAnswer(status: 500), part()], requests: 2, result: .bytes),
            Case(answers: [ServerAnswer(status: 429, headers: [("Retry-After", "7")])], requests: 1, result: .rateLimited(7)),
            Case(answers: [ServerAnswer(status: 404)], requests: 1, result: .lost),
            // A server that ignores the range.
            Case(answers: [ServerAnswer(body: Hello.content)], requests: 1, result: .lost),
            Case(answers: [part("bytes 1-3/6")], requests: 3, result: .lost),
            Case(answers: [part("bytes 2-3/6", body: Array(Hello.content[2..<4]))], requests: 1, result: .lost),
        ] as [Case])
    func request(it: Case) async throws {
        let ranges = Mutex<[String?]>([])
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { request in
            ranges.withLock { ranges in
                ranges.append(request.header("Range"))
                return it.answers[min(ranges.count, it.answers.count) - 1]
            }
        }
        let client = CurlClient(settings: NetworkSettings(userAgent: "test"))
        defer { client.shutDown() }
        let link = ByteLink(url: try #require(WebURL("http://127.0.0.1:\(server.port)/large.bin")), allowsPrivateAddress: true)
        var file = sourceFile(size: Int64(Hello.content.count))
        file.locator = FixedLocator(host: "127.0.0.1", link: link)
        let fetch = PieceFetch(planned: plannedFile(in: "/nowhere", file: file), links: LinkKeeper(file.locator), client: client)
        let result: Case.Result
        do {
            #expect(try await fetch.run(Self.piece) == Array(Hello.content[2..<5]))
            result = .bytes
        } catch FleetDataFault.rateLimited(let seconds) {
            result = .rateLimited(seconds)
        } catch FleetDataFault.originLost {
            result = .lost
        }
        #expect(result == it.result)
        #expect(ranges.withLock { $0 } == Array(repeating: "bytes=2-4", count: it.requests))
        await server.stop()
    }
}
