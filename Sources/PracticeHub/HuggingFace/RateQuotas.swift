import Synchronization

/// The Hub's request quotas: fixed windows of five minutes, one count for the API and one for the resolver.
final class RateQuotas: Sendable {
    enum Bucket: String, Sendable {
        case api, resolvers
    }

    private static let window = Duration.seconds(300)

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
    }

    /// Counts one request.
    ///
    /// - Returns: The headers to send, and whether the quota was used up before.
    func count(_ bucket: Bucket) -> (headers: [(name: String, value: String)], isExceeded: Bool) {
        let limit = limits[bucket] ?? 0
        let (used, age) = state.withLock { state in
            var age = ContinuousClock.now - state.start
            if age >= Self.window {
                state = State()
                age = .zero
            }
            state.used[bucket, default: 0] += 1
            return (state.used[bucket] ?? 0, age)
        }
        let left = max(isEnforced ? 0 : 1, limit - used)
        let seconds = max(1, 300 - Int(age.components.seconds))
        let headers = [
            ("RateLimit", "\"\(bucket.rawValue)\";r=\(left);t=\(seconds)"),
            ("RateLimit-Policy", "\"fixed window\";\"\(bucket.rawValue)\";q=\(limit);w=300"),
        ]
        return (headers, isEnforced && used > limit)
    }
}
