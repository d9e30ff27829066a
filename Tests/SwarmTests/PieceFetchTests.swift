import FetchTypes
import ModelSources
import Server
import TestSupport
import Testing
import Transfer
@testable import Swarm

@Suite("A piece of a file from the origin", .timeLimit(.minutes(1))) struct PieceFetchTests {
    private static let piece: Range<Int64> = 2..<5

    private static func part(_ range: String = "bytes 2-4/6", body: [UInt8] = Array(Hello.content[2..<5])) -> OriginCase.ServerAnswer {
        OriginCase.ServerAnswer(status: 206, headers: [("Content-Range", range)], body: body)
    }

    @Test(
        "is asked for again as ranges are, and no other bytes are taken for it",
        arguments: [
            OriginCase(answers: [part()], requests: 1, result: .bytes),
            OriginCase(answers: [OriginCase.ServerAnswer(status: 500), part()], requests: 2, result: .bytes),
            OriginCase(
                answers: [OriginCase.ServerAnswer(status: 429, headers: [("Retry-After", "7")])], requests: 1, result: .rateLimited(7)),
            OriginCase(answers: [OriginCase.ServerAnswer(status: 404)], requests: 1, result: .lost(nil)),
            // A server that ignores the range.
            OriginCase(answers: [OriginCase.ServerAnswer(body: Hello.content)], requests: 1, result: .lost(nil)),
            OriginCase(answers: [part("bytes 1-3/6")], requests: 3, result: .lost(nil)),
            OriginCase(answers: [part("bytes 2-3/6", body: Array(Hello.content[2..<4]))], requests: 1, result: .lost(nil)),
        ] as [OriginCase])
    func request(it: OriginCase) async throws {
        try await it.check(range: "bytes=2-4", ignoresKind: true) { client, file in
            let fetch = PieceFetch(planned: plannedFile(in: "/nowhere", file: file), links: LinkKeeper(file.locator), client: client)
            let bytes = try await fetch.run(Self.piece)
            #expect(bytes == Array(Hello.content[2..<5]))
        }
    }
}
