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

@Suite("A bundle's files from the origin", .timeLimit(.minutes(1))) struct BundleFetchTests {
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
            case lost(FailureKind)
        }

        var testDescription: String { "\(answers.map(\.status)): \(result)" }
    }

    private static func answer(_ status: Int, retryAfter: String? = nil) -> ServerAnswer {
        ServerAnswer(status: status, headers: retryAfter.map { [("Retry-After", $0)] } ?? [], body: status == 200 ? Hello.content : [])
    }

    /// The answers that an origin gives, one a request.
    private final class Origin: Sendable {
        private let answers: [ServerAnswer]
        private let count = Mutex(0)
        init(_ answers: [ServerAnswer]) { self.answers = answers }

        var requests: Int { count.withLock { $0 } }

        func next() -> ServerAnswer {
            count.withLock { count in
                defer { count += 1 }
                return answers[min(count, answers.count - 1)]
            }
        }
    }

    @Test(
        "are asked for again as ranges are",
        arguments: [
            Case(answers: [answer(200)], requests: 1, result: .bytes),
            Case(answers: [answer(500), answer(200)], requests: 2, result: .bytes),
            Case(answers: [answer(429, retryAfter: "7")], requests: 1, result: .rateLimited(7)),
            Case(answers: [answer(503)], requests: 1, result: .rateLimited(nil)),
            Case(answers: [answer(404)], requests: 1, result: .lost(.notFound)),
            Case(answers: [ServerAnswer(body: [1])], requests: 1, result: .lost(.size)),
            Case(answers: [answer(500)], requests: 3, result: .lost(.server)),
        ] as [Case])
    func again(it: Case) async throws {
        let origin = Origin(it.answers)
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { _ in origin.next() }
        let client = CurlClient(settings: NetworkSettings(userAgent: "test"))
        defer { client.shutDown() }
        let link = ByteLink(url: try #require(WebURL("http://127.0.0.1:\(server.port)/small.bin")), allowsPrivateAddress: true)
        var file = sourceFile(size: Int64(Hello.content.count))
        file.locator = FixedLocator(host: "127.0.0.1", link: link)
        let fetch = BundleFetch(files: [plannedFile(in: "/nowhere", file: file)], client: client)
        let result: Case.Result
        do {
            #expect(try await fetch.run(report: { _ in }) == [Hello.content])
            result = .bytes
        } catch FleetDataFault.rateLimited(let seconds) {
            result = .rateLimited(seconds)
        } catch FleetDataFault.originLost(let failure) {
            result = .lost(failure.kind)
        }
        #expect(result == it.result)
        #expect(origin.requests == it.requests)
        await server.stop()
    }
}
