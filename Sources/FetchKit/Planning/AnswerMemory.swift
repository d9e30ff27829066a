package import FetchTypes
import Synchronization

/// What services have answered in this run: a description that was read once is not asked for a second time.
package final class AnswerMemory: Sendable {
    private struct State {
        var answers: [String: HTTPResponse] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())

    /// Bytes of all answers together; what comes then is not kept.
    private static let mostBytes = 64 << 20

    package init() {}

    /// The answer that the same request got before, else what `send` brings. Only whole descriptions are kept: `GET` with 200, without a
    /// range.
    package func answer(_ request: HTTPRequest, by send: (HTTPRequest) async throws -> HTTPResponse) async throws -> HTTPResponse {
        guard request.method == .get, request.range == nil, request.body == nil else { return try await send(request) }
        let key = Self.key(request)
        if let known = state.withLock({ $0.answers[key] }) { return known }
        let answer = try await send(request)
        guard answer.status == 200, !answer.isTruncated else { return answer }
        state.withLock { state in
            guard state.bytes + answer.body.count <= Self.mostBytes else { return }
            state.bytes += answer.body.count
            state.answers[key] = answer
        }
        return answer
    }

    /// The link and every field: with another token the answer may be another one. Never leaves memory.
    private static func key(_ request: HTTPRequest) -> String {
        let fields = request.headers.map { "\($0.name): \($0.value)" } + request.secretHeaders.map { "\($0.name): \($0.value.reveal())" }
        return ([request.url.string] + fields.sorted()).joined(separator: "\n")
    }
}
