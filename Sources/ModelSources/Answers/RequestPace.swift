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
    }

    private let windows = Mutex<[Kind: Window]>([:])

    /// Of a window's requests the last twentieth is spaced.
    private static let lowShare = 20
    /// Seconds between two spaced requests at most: few are left, but few may be wanted.
    private static let longestSpace = 5.0
    /// Seconds of an exhausted window that are waited for; the server's own refusal has the word on more.
    private static let longestWait = 300.0

    package init() {}

    /// Takes one request out of its window.
    /// - Parameter now: seconds by a clock that does not jump.
    /// - Returns: seconds to wait before sending it.
    package func delay(_ url: WebURL, now: Double) -> Double {
        windows.withLock { windows in
            let kind = Kind(url)
            guard var window = windows[kind] else { return 0 }
            guard now < window.end else {
                windows[kind] = nil
                return 0
            }
            defer { windows[kind] = window }
            guard window.left > 0 else {
                let wait = window.end - now
                return wait <= Self.longestWait ? wait : 0
            }
            window.left -= 1
            guard window.left < window.low else { return 0 }
            let start = min(max(now, window.next), window.end)
            window.next = start + min(Self.longestSpace, (window.end - start) / Double(window.left + 1))
            return start - now
        }
    }

    /// Takes in what an answer says.
    package func learn(_ url: WebURL, _ response: HTTPResponse, now: Double) {
        guard let (left, reset) = Self.tightest(response) else { return }
        let quota = Self.quota(response)
        windows.withLock { windows in
            let before = windows[Kind(url)]
            // Answers overtake each other: within a window the count only goes down.
            let isSame = before.map { abs($0.end - (now + reset)) < 5 } ?? false
            windows[Kind(url)] = Window(
                left: isSame ? min(left, before?.left ?? left) : left, low: quota.map { max(1, $0 / Self.lowShare) } ?? 5, end: now + reset,
                next: isSame ? before?.next ?? now : now)
        }
    }

    /// Sends a request when its turn has come.
    /// - Parameter waiting: told the seconds, when they are worth telling.
    /// - Throws: what `send` throws; `CancellationError`.
    package func send(
        _ request: HTTPRequest, waiting: @Sendable (Double) -> Void, by send: @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        let seconds = delay(request.url, now: Self.now)
        if seconds > 0 {
            if seconds >= 1 { waiting(seconds) }
            try await Task.sleep(for: .seconds(seconds))
        }
        let response = try await send(request)
        learn(request.url, response, now: Self.now)
        return response
    }

    private static let start = ContinuousClock.now
    private static var now: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// The policy that leaves least: its requests, and the seconds until it starts anew.
    private static func tightest(_ response: HTTPResponse) -> (left: Int, reset: Double)? {
        var found: [(left: Int, reset: Double)] = []
        for value in response.headers.all("RateLimit") {
            let words = value.split { $0 == "," || $0 == ";" }.map { $0.filter { $0 != " " }.lowercased() }
            if let left = number(words, "remaining="), let reset = number(words, "reset=") {
                found.append((left, Double(reset)))
                continue
            }
            for policy in value.split(separator: ",") {
                let fields = policy.split(separator: ";").map { $0.filter { $0 != " " } }
                if let left = number(fields, "r="), let reset = number(fields, "t=") { found.append((left, Double(reset))) }
            }
        }
        return found.min { ($0.left, -$0.reset) < ($1.left, -$1.reset) }
    }

    private static func quota(_ response: HTTPResponse) -> Int? {
        let fields = (response.headers.all("RateLimit-Policy") + response.headers.all("RateLimit"))
            .flatMap { $0.split { $0 == "," || $0 == ";" }.map { $0.filter { $0 != " " }.lowercased() } }
        return number(fields, "q=") ?? number(fields, "limit=")
    }

    private static func number(_ fields: [String], _ name: String) -> Int? {
        fields.first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.utf8.count)) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}
