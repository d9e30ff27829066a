package import FetchTypes
internal import Synchronization

/// What servers say of how many more requests they take, and the waits that keep us within it.
///
/// Read is `RateLimit: "api";r=12;t=55` with `RateLimit-Policy: …;q=500;w=300` (the form that the Hub sends), and the older
/// `RateLimit: limit=500, remaining=12, reset=55`. Requests for descriptions and for files have counts of their own, so
/// what an answer says holds for the further requests of its kind to its origin. One for the whole process.
package final class RequestPace: Sendable {
    private struct Kind: Hashable {
        var origin: Origin
        var isAPI: Bool

        init(_ url: WebURL) {
            origin = url.origin
            // The Hub's cache of small files counts as files, whatever its address looks like.
            isAPI = url.path.contains("/api/") && !url.path.contains("/api/resolve-cache/")
        }
    }

    private struct Window {
        /// Requests that are left in it.
        var left: Int
        /// From here on downwards requests are spaced.
        var low: Int
        /// When it ends; seconds by the clock that the callers use.
        var end: Double
        /// When the next spaced request may go.
        var next: Double
        /// The first request that was sent when this was known: its answer says more than ours of before.
        var known: Int
    }

    private struct State {
        var window: Window?
        /// Requests sent so far, which number them.
        var sent = 0
    }

    private let states = Mutex<[Kind: State]>([:])

    /// Of a window's requests the last twentieth is spaced.
    private static let lowShare = 20
    /// Seconds between two spaced requests at most: few are left, but few may be wanted.
    private static let longestSpace = 5.0
    /// Seconds of an exhausted window that are waited for; the server's own refusal has the word on more.
    private static let longestWait = 300.0

    package init() {}

    /// Takes one request out of its window.
    /// - Parameter now: seconds by a clock that does not jump.
    /// - Returns: the request's number, and the seconds to wait before sending it.
    package func delay(_ url: WebURL, now: Double) -> (number: Int, seconds: Double) {
        states.withLock { states in
            var state = states[Kind(url)] ?? State()
            defer { states[Kind(url)] = state }
            state.sent += 1
            return (state.sent - 1, Self.delay(&state.window, now))
        }
    }

    private static func delay(_ known: inout Window?, _ now: Double) -> Double {
        guard var window = known else { return 0 }
        guard now < window.end else {
            known = nil
            return 0
        }
        defer { known = window }
        guard window.left > 0 else {
            let wait = window.end - now
            return wait <= longestWait ? wait : 0
        }
        window.left -= 1
        guard window.left < window.low else { return 0 }
        let start = min(max(now, window.next), window.end)
        window.next = start + min(longestSpace, (window.end - start) / Double(window.left + 1))
        return start - now
    }

    /// Takes in what an answer says. The server's count is believed, not ours: a server may count otherwise than we do.
    /// - Parameter number: that of the request.
    package func learn(_ url: WebURL, _ response: HTTPResponse, number: Int, now: Double) {
        guard let (left, reset) = Self.tightest(response) else { return }
        let quota = Self.quota(response)
        states.withLock { states in
            var state = states[Kind(url)] ?? State()
            defer { states[Kind(url)] = state }
            // Those sent since then may not have been counted yet.
            var rest = max(0, left - (state.sent - 1 - number))
            var next = now
            if let before = state.window, abs(before.end - (now + reset)) < 5 {
                next = before.next
                // Sent before the last answer came, which may have overtaken it.
                if number < before.known { rest = min(max(before.left, rest), left) }
            }
            state.window = Window(
                left: rest, low: quota.map { max(1, $0 / Self.lowShare) } ?? 5, end: now + reset, next: next, known: state.sent)
        }
    }

    /// Sends a request when its turn has come.
    /// - Parameter waiting: told the seconds, when they are worth telling.
    /// - Throws: what `send` throws; `CancellationError`.
    package func send(
        _ request: HTTPRequest, waiting: @Sendable (Double) -> Void, by send: @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let (number, seconds) = delay(request.url, now: Self.now)
        if seconds > 0 {
            if seconds >= 1 { waiting(seconds) }
            try await Task.sleep(for: .seconds(seconds))
        }
        let response = try await send(request)
        learn(request.url, response, number: number, now: Self.now)
        return response
    }

    private static let start = ContinuousClock.now
    private static var now: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// The policy that leaves least: its requests, and the seconds until it starts again.
    private static func tightest(_ response: HTTPResponse) -> (left: Int, reset: Double)? {
        var found: [(left: Int, reset: Double)] = []
        for value in response.headers.all("RateLimit") {
            let words = value.split { $0 == "," || $0 == ";" }.map { $0.filter { $0 != " " }.lowercased() }
            if let left = count(words, "remaining="), let reset = seconds(words, "reset=") {
                found.append((left, reset))
                continue
            }
            for policy in value.split(separator: ",") {
                let fields = policy.split(separator: ";").map { $0.filter { $0 != " " } }
                if let left = count(fields, "r="), let reset = seconds(fields, "t=") { found.append((left, reset)) }
            }
        }
        return found.min { ($0.left, -$0.reset) < ($1.left, -$1.reset) }
    }

    private static func quota(_ response: HTTPResponse) -> Int? {
        let fields = (response.headers.all("RateLimit-Policy") + response.headers.all("RateLimit"))
            .flatMap { $0.split { $0 == "," || $0 == ";" }.map { $0.filter { $0 != " " }.lowercased() } }
        return count(fields, "q=") ?? count(fields, "limit=")
    }

    /// A number of requests: of more than 2^31-1, or of what is none, nothing is learnt.
    private static func count(_ fields: [String], _ name: String) -> Int? {
        fields.first { $0.hasPrefix(name) }.flatMap { Int32(digits: $0.dropFirst(name.utf8.count)) }.map(Int.init)
    }

    private static func seconds(_ fields: [String], _ name: String) -> Double? {
        fields.first { $0.hasPrefix(name) }.flatMap { Seconds(decimal: $0.dropFirst(name.utf8.count)) }?.value
    }
}
