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

    /// When a request may go.
    package struct Turn: Sendable {
        /// The request's number among those of its kind.
        package var number: Int
        /// Seconds to wait before it is sent.
        package var seconds: Double
        /// Whether it is taken out of its window: after the wait it goes. Else the window is used up, and it has to ask again.
        package var isCounted: Bool
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
    package func turn(_ url: WebURL, now: Double) -> Turn {
        states.withLock { states in
            var state = states[Kind(url)] ?? State()
            defer { states[Kind(url)] = state }
            if let window = state.window, now >= window.end { state.window = nil }
            if let window = state.window, window.left == 0, window.end - now <= Self.longestWait {
                return Turn(number: state.sent, seconds: window.end - now, isCounted: false)
            }
            state.sent += 1
            return Turn(number: state.sent - 1, seconds: Self.space(&state.window, now), isCounted: true)
        }
    }

    /// Takes one request out of a window that is not used up, and says how long it has to wait.
    private static func space(_ known: inout Window?, _ now: Double) -> Double {
        guard var window = known, window.left > 0 else { return 0 }
        defer { known = window }
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

    /// What came of an attempt to send a request.
    package enum Attempt: Sendable {
        case answered(HTTPResponse)
        /// Nothing was sent: its time has not come.
        case early(Turn)
    }

    /// Sends a request when its turn has come.
    /// - Parameters:
    ///   - waiting: told the seconds, when they are worth telling.
    ///   - slot: runs an attempt when there is room for one more request. Its turn is asked for there: requests that wait for room
    ///     are not sent yet, and what the answers before them say holds for them. Nobody waits for a turn in a slot.
    /// - Throws: what `send` throws; `CancellationError`.
    package func send(
        _ request: HTTPRequest, waiting: @Sendable (Double) -> Void,
        slot: (_ attempt: () async throws -> Attempt) async throws -> Attempt,
        by send: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        var counted: Turn?
        while true {
            let attempt = try await slot { [counted] in
                let turn = counted ?? turn(request.url, now: Self.now)
                if counted == nil, turn.seconds > 0 { return .early(turn) }
                let response = try await send(request)
                learn(request.url, response, number: turn.number, now: Self.now)
                return .answered(response)
            }
            switch attempt {
            case .answered(let response): return response
            case .early(let turn):
                if turn.seconds >= 1 { waiting(turn.seconds) }
                try await Task.sleep(for: .seconds(turn.seconds))
                counted = turn.isCounted ? turn : nil
            }
        }
    }

    private static let start = ContinuousClock.now
    /// Seconds by the clock that ``send(_:waiting:slot:by:)`` uses.
    static var now: Double { (ContinuousClock.now - start) / .seconds(1) }

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
