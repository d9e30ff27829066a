internal import FetchTypes
internal import Synchronization

/// Hands out the link that resolving has found already, once; a renewal asks again.
final class DirectLocator: ByteLocator {
    private let asker: DirectAsker
    private let first: Mutex<ByteLink?>
    var host: String { asker.url.host }

    init(asker: DirectAsker, first: ByteLink) {
        self.asker = asker
        self.first = Mutex(first)
    }

    func locate() async throws -> ByteLink {
        let kept = first.withLock { link in
            defer { link = nil }
            return link
        }
        // In a long batch its time may be over before its turn comes.
        if let kept, kept.expires.map({ $0 > asker.context.now() + kept.clockOffset + 30 }) ?? true { return kept }
        return try await asker.ask().link
    }
}
