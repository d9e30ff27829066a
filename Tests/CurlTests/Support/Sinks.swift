import Curl
import FetchTypes
import Synchronization

/// Keeps what arrives, and tells when the first bytes of the body are there.
final class Gatherer: ByteSink {
    private struct State {
        var head: HTTPResponse?
        var body: [UInt8] = []
        var calls = 0
    }
    private let state = Mutex(State())
    private let limit: Int
    private let acceptsHead: Bool
    private let arrival = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))

    /// - Parameters:
    ///   - limit: bytes after which it wants no more.
    ///   - acceptsHead: whether the body is wanted at all.
    init(limit: Int = .max, acceptsHead: Bool = true) {
        self.limit = limit
        self.acceptsHead = acceptsHead
    }

    func begin(_ head: HTTPResponse) -> Bool {
        state.withLock { $0.head = head }
        return acceptsHead
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = state.withLock { state in
            state.body.append(contentsOf: bytes)
            state.calls += 1
            return state.body.count
        }
        arrival.continuation.yield()
        return count < limit
    }

    var head: HTTPResponse? { state.withLock { $0.head } }
    var body: [UInt8] { state.withLock { $0.body } }
    var calls: Int { state.withLock { $0.calls } }

    /// Waits for the first bytes of the body.
    func arrived() async {
        for await _ in arrival.stream { return }
    }
}
