import Synchronization

/// The Hub's request quotas: fixed windows, of five minutes unless configured otherwise, one count for the API and one for the resolver.
final class RateQuotas: Sendable {
    enum Bucket: String, Sendable {
        case api, resolvers
    }

    private let window: Double

    private struct State {
        var start = ContinuousClock.now
        var used: [Bucket: Int] = [:]
    }

    private let limits: [Bucket: Int]
    private let isEnforced: Bool
    private let state = Mutex(State())

    init(_ configuration: HubConfiguration) {
        limits = [.api: configuration.apiQuota, .resolvers: configuration.resolverQuota]
        isEnforced = configuration.enforcesQuotas
        window = configuration.quotaWindow
    }

    /// Counts one request.
    ///
    /// - Returns: The headers to send, and whether the quota was used up before.
    func count(_ bucket: Bucket) -> (headers: [(name: String, value: String)], isExceeded: Bool) {
        let limit = limits[bucket] ?? 0
        let (used, age) = state.withLock { state in
            var age = (ContinuousClock.now - state.start) / .seconds(1)
            if age >= window {
                state = State()
                age = 0
            }
            state.used[bucket, default: 0] += 1
            return (state.used[bucket] ?? 0, age)
        }
        let left = max(isEnforced ? 0 : 1, limit - used)
        let seconds = max(1, Int((window - age).rounded(.up)))
        let headers = [
            ("RateLimit", "\"\(bucket.rawValue)\";r=\(left);t=\(seconds)"),
            ("RateLimit-Policy", "\"fixed window\";\"\(bucket.rawValue)\";q=\(limit);w=\(Int(window))"),
        ]
        return (headers, isEnforced && used > limit)
    }
}
