package import FetchTypes
internal import Synchronization

/// What services have answered in this run: a description that was read once is not asked for a second time, also where the first
/// question is still on its way.
///
/// Only descriptions may be asked for through it, which hold no signed link: such a link belongs to the one who asked for it.
package final class AnswerMemory: Sendable {
    private struct Known: Sendable {
        let response: HTTPResponse
        let time: ContinuousClock.Instant
        /// Whether there is room for it, and it is final.
        let isKept: Bool
    }

    private let answers = SharedAnswers<String, Known>()
    /// Bytes of all answers that are kept.
    private let bytes = Mutex(0)
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Bytes of all answers together; what comes then is not kept.
    private static let mostBytes = 64 << 20
    /// Statuses that are the same a moment later: descriptions, and refusals of what is asked for.
    private static let final: Set<Int> = [200, 400, 401, 404, 410]
    /// An older answer is asked for again: a batch may run for hours.
    package static let longest = Duration.seconds(600)

    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// The answer that the same request got before, else what `send` brings. Only whole answers to a `GET` without a range are kept.
    package func answer(_ request: HTTPRequest, by send: @escaping HTTPSend) async throws -> HTTPResponse {
        guard request.method == .get, request.range == nil, request.body == nil else { return try await send(request) }
        let known = try await answers.answer(to: Self.key(request), keeps: \.isKept, isOld: isOld) {
            [self] in kept(try await send(request))
        }
        return known.response
    }

    /// Frees the room of an old answer.
    private func isOld(_ known: Known) -> Bool {
        guard now() - known.time > Self.longest else { return false }
        bytes.withLock { $0 = max(0, $0 - known.response.body.count) }
        return true
    }

    private func kept(_ response: HTTPResponse) -> Known {
        let isFinal = Self.final.contains(response.status) && !response.isTruncated
        let isKept = bytes.withLock { bytes in
            guard isFinal, bytes + response.body.count <= Self.mostBytes else { return false }
            bytes += response.body.count
            return true
        }
        return Known(response: response, time: now(), isKept: isKept)
    }

    /// The link and every field: with another token the answer may be another one. Never leaves memory.
    private static func key(_ request: HTTPRequest) -> String {
        let fields = request.headers.map { "\($0.name): \($0.value)" } + request.secretHeaders.map { "\($0.name): \($0.value.reveal())" }
        return ([request.url.string] + fields.sorted()).joined(separator: "\n")
    }
}
