internal import FetchTypes
internal import Synchronization

/// A locator that may be asked ahead of time: the link found then is handed out once, so that it costs no second request.
final class PreparedLocator: ByteLocator {
    private let locator: any ByteLocator
    private let now: @Sendable () -> Double
    private let found = Mutex<ByteLink?>(nil)
    var host: String { locator.host }

    init(_ locator: any ByteLocator, now: @escaping @Sendable () -> Double) {
        self.locator = locator
        self.now = now
    }

    /// Asks now.
    /// - Throws: what ``ByteLocator/locate()`` throws.
    func prepare() async throws {
        let link = try await locator.locate()
        found.withLock { $0 = link }
    }

    func locate() async throws -> ByteLink {
        let kept = found.withLock { link in
            defer { link = nil }
            return link
        }
        // In a long batch its time may be over before its turn comes.
        if let kept, kept.expires.map({ $0 > now() + kept.clockOffset + 30 }) ?? true { return kept }
        return try await locator.locate()
    }
}
