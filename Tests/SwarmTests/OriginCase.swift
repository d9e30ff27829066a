import Curl
import FetchTypes
import Fleet
import ModelSources
import Server
import Synchronization
import TestSupport
import Testing
import Transfer

/// What an origin answers, one request after the other, and what comes of it.
struct OriginCase: Sendable, CustomTestStringConvertible {
    /// ModelSources has a type of the same name.
    typealias ServerAnswer = Server.ServerAnswer

    enum Result: Sendable, Equatable {
        case bytes
        case rateLimited(Double?)
        /// - Parameter kind: nil where it does not matter.
        case lost(FailureKind?)
    }

    /// In order; the last one is repeated.
    var answers: [ServerAnswer]
    var requests: Int
    var result: Result

    var testDescription: String { "\(answers.map(\.status)): \(result)" }

    /// Runs the origin, and expects the result from a fetch of its file.
    /// - Parameters:
    ///   - range: the `Range` that each request names.
    ///   - ignoresKind: whether any loss is the expected one.
    ///   - fetch: given the client and the file, of ``Hello``.
    func check(range: String?, ignoresKind: Bool = false, _ fetch: (CurlClient, SourceFile) async throws -> Void) async throws {
        let ranges = Mutex<[String?]>([])
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0) { [answers] request in
            ranges.withLock { ranges in
                ranges.append(request.header("Range"))
                return answers[min(ranges.count, answers.count) - 1]
            }
        }
        let client = CurlClient(settings: NetworkSettings(userAgent: "test"))
        defer { client.shutDown() }
        let link = ByteLink(url: try #require(WebURL("http://127.0.0.1:\(server.port)/file.bin")), allowsPrivateAddress: true)
        var file = sourceFile(size: Int64(Hello.content.count))
        file.locator = FixedLocator(host: "127.0.0.1", link: link)
        let found: Result
        do {
            try await fetch(client, file)
            found = .bytes
        } catch FleetDataFault.rateLimited(let seconds) {
            found = .rateLimited(seconds)
        } catch FleetDataFault.originLost(let failure) {
            found = .lost(ignoresKind ? nil : failure.kind)
        }
        #expect(found == result)
        #expect(ranges.withLock { $0 } == Array<String?>(repeating: range, count: requests))
        await server.stop()
    }
}
