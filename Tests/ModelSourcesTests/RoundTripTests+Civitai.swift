import FetchTypes
import ModelReference
import Synchronization
import Testing

@testable import ModelSources

/// CivitAI is asked no more often than is necessary.
extension RoundTripTests {
    private static let download = "https://civitai.com/api/download/models/5001"

    private func civitai(_ answer: (status: Int, body: String, headers: [(name: String, value: String)])? = nil) -> ScriptedServer {
        let server = ScriptedServer()
        server.on(CivitaiSourceTests.api + "model-versions/5001", 200, CivitaiSourceTests.version.replacing("SCAN", with: "Success"))
        server.on(CivitaiSourceTests.api + "models/5001", 404, #"{"error":"No model with id 5001"}"#)
        let (status, body, headers) = answer ?? (307, "", [("Location", CivitaiDownloadTests.signed)])
        server.on(Self.download, status, body, headers)
        server.on(Self.download + "?fileId=900", 307, "", [("Location", CivitaiDownloadTests.signed)])
        return server
    }

    private func downloads(_ server: ScriptedServer) -> [String] { server.lines.filter { $0.contains("/download/") } }

    @Test(
        "a version's download link comes with its description, and counts once",
        arguments: [
            (CivitaiReference(.version(5001)), [:], download),
            (CivitaiReference(.version(5001), fileID: 900), [:], download + "?fileId=900"),
            (CivitaiReference(.modelVersion(model: 77, version: 5001)), [:], download),
            (CivitaiReference(.version(5001), fileID: 900), ["CIVITAI_API_TOKEN": "t"], download + "?fileId=900"),
        ] as [(CivitaiReference, [String: String], String)])
    func civitaiLink(reference: CivitaiReference, environment: [String: String], line: String) async throws {
        let server = civitai()
        let file = try await server.resolve(.civitai(reference), environment, prefetching: .counted).files[0]
        #expect(downloads(server) == ["GET " + line])
        #expect(try await file.locator.locate().url.string == CivitaiDownloadTests.signed)
        #expect(downloads(server).count == 1)
    }

    @Test(
        "no link is asked ahead of what has to be known first",
        arguments: [
            (CivitaiReference(.version(5001)), LinkPrefetching.free, nil, .nobody),
            (CivitaiReference(.version(5001)), .counted, nil, .recorded),
            (CivitaiReference(.version(5001)), .counted, nil, .somebodyElse),
            (CivitaiReference(.version(5001), filters: ["format": "SafeTensor"]), .counted, nil, .nobody),
            (CivitaiReference(.version(5001)), .counted, "900", .nobody),
        ] as [(CivitaiReference, LinkPrefetching, String?, Holder)])
    func notAhead(reference: CivitaiReference, prefetching: LinkPrefetching, file: String?, holder: Holder) async throws {
        let server = civitai()
        var selection = FileSelection()
        selection.file = file
        _ = try await server.resolve(.civitai(reference), selection: selection, prefetching: prefetching) {
            $0.isRecorded = { holder == .recorded && $0 == "civitai:5001+" }
            if holder == .somebodyElse { $0.claimAhead = { _ in nil } }
        }
        #expect(downloads(server).isEmpty)
    }

    /// Who has the file, or is about to.
    enum Holder { case nobody, recorded, somebodyElse }

    /// Counts who holds a claim, and who has begun with one.
    private final class Claims: Sendable {
        private let state = Mutex((held: 0, begun: 0))
        var held: Int { state.withLock { $0.held } }
        var begun: Int { state.withLock { $0.begun } }
        func change(held: Int = 0, begun: Int = 0) { state.withLock { $0 = ($0.held + held, $0.begun + begun) } }
    }

    private final class Claim: AheadClaim {
        private let claims: Claims
        init(_ claims: Claims) {
            self.claims = claims
            claims.change(held: 1)
        }
        deinit { claims.change(held: -1) }
        func begin() { claims.change(begun: 1) }
    }

    @Test("the right to ask ahead is used when the bytes are wanted, and given back with the file")
    func claim() async throws {
        let server = civitai()
        let claims = Claims()
        var resolution: Resolution? = try await server.resolve(.civitai(CivitaiReference(.version(5001))), prefetching: .counted) {
            $0.claimAhead = { _ in Claim(claims) }
        }
        #expect(claims.held == 1 && claims.begun == 0)
        _ = try await resolution?.files[0].locator.locate()
        #expect(claims.held == 1 && claims.begun == 1)
        resolution = nil
        #expect(claims.held == 0)
    }

    @Test("with an account, whose preferences may differ, the chosen file is asked for by its number")
    func account() async throws {
        let server = civitai()
        let file = try await server.resolve(
            .civitai(CivitaiReference(.version(5001))), ["CIVITAI_API_TOKEN": "t"], prefetching: .counted
        ).files[0]
        _ = try await file.locator.locate()
        #expect(downloads(server).last == "GET " + Self.download + "?fileId=900")
    }

    @Test("a refusal is said when the bytes are wanted, without a second request")
    func refused() async throws {
        let server = civitai((403, #"{"error":"Early Access","deadline":"2099-01-01T00:00:00.000Z"}"#, []))
        let file = try await server.resolve(.civitai(CivitaiReference(.version(5001))), prefetching: .counted).files[0]
        let failed = try await failure { try await file.locator.locate() }
        #expect(failed?.kind == .earlyAccess && downloads(server).count == 1)
    }

    @Test("a question that may have another answer by number is asked by number", arguments: [400, 404])
    func byNumber(status: Int) async throws {
        let server = civitai((status, "{}", []))
        let file = try await server.resolve(.civitai(CivitaiReference(.version(5001))), prefetching: .counted).files[0]
        #expect(try await file.locator.locate().url.string == CivitaiDownloadTests.signed)
        #expect(server.warnings.isEmpty)
    }
}
