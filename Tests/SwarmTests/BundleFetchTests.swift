import FetchTypes
import ModelSources
import Server
import TestSupport
import Testing
@testable import Swarm

@Suite("A bundle's files from the origin", .timeLimit(.minutes(1))) struct BundleFetchTests {
    private static func answer(_ status: Int, retryAfter: String? = nil) -> OriginCase.ServerAnswer {
        OriginCase.ServerAnswer(
            status: status, headers: retryAfter.map { [("Retry-After", $0)] } ?? [], body: status == 200 ? Hello.content : [])
    }

    @Test(
        "are asked for again as ranges are",
        arguments: [
            OriginCase(answers: [answer(200)], requests: 1, result: .bytes),
            OriginCase(answers: [answer(500), answer(200)], requests: 2, result: .bytes),
            OriginCase(answers: [answer(429, retryAfter: "7")], requests: 1, result: .rateLimited(7)),
            OriginCase(answers: [answer(503)], requests: 1, result: .rateLimited(nil)),
            OriginCase(answers: [answer(404)], requests: 1, result: .lost(.notFound)),
            OriginCase(answers: [OriginCase.ServerAnswer(body: [1])], requests: 1, result: .lost(.size)),
            OriginCase(answers: [answer(500)], requests: 3, result: .lost(.server)),
        ] as [OriginCase])
    func again(it: OriginCase) async throws {
        try await it.check(range: nil) { client, file in
            let fetch = BundleFetch(files: [plannedFile(in: "/nowhere", file: file)], client: client)
            let files = try await fetch.run(report: { _ in })
            #expect(files == [Hello.content])
        }
    }
}
