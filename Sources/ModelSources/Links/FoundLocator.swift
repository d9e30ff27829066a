internal import FetchTypes
internal import Synchronization

/// Hands out the link that resolving has found already, once; a renewal asks again.
final class FoundLocator: ByteLocator {
    let host: String
    private let now: @Sendable () -> Double
    private let ask: @Sendable () async throws -> ByteLink
    private let first: Mutex<ByteLink?>

    /// - Parameter ask: finds a new link.
    init(_ first: ByteLink, host: String, now: @escaping @Sendable () -> Double, ask: @escaping @Sendable () async throws -> ByteLink) {
        self.host = host
        self.now = now
        self.ask = ask
        self.first = Mutex(first)
    }

    func locate() async throws -> ByteLink {
        let kept = first.withLock { link in
            defer { link = nil }
            return link
        }
        // In a long batch its time may be over before its turn comes.
        if let kept, kept.expires.map({ $0 > now() + kept.clockOffset + 30 }) ?? true { return kept }
        return try await ask()
    }
}
