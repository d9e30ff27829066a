/// The events of one fetch, in the order in which they happen.
///
/// The fetch begins with the first event that is asked for. Cancelling the task that iterates ends it within moments: partials are kept,
/// and the iteration throws ``FetchError/Kind/interrupted`` when everything has stopped. So does leaving the loop early, without the error.
public struct FetchSequence: AsyncSequence, Sendable {
    public typealias Element = FetchEvent
    public typealias Failure = FetchError

    let start: @Sendable (_ emit: @escaping @Sendable (FetchEvent) -> Void) async -> FetchError?

    public func makeAsyncIterator() -> Iterator { Iterator(start) }

    public struct Iterator: AsyncIteratorProtocol {
        private let events = FetchEventQueue()
        private let work: FetchWork

        init(_ start: @escaping @Sendable (_ emit: @escaping @Sendable (FetchEvent) -> Void) async -> FetchError?) {
            let events = events
            work = FetchWork(Task { events.end(await start { events.append($0) }) })
        }

        public mutating func next() async throws(FetchError) -> FetchEvent? { try await next(isolation: nil) }

        /// - Throws: ``FetchError``, that of the first reference that failed, after everything has ended.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(FetchError) -> FetchEvent? {
            let (events, work) = (events, work)
            let step = await withTaskCancellationHandler {
                await events.next()
            } onCancel: {
                work.cancel()
            }
            switch step {
            case .event(let event): return event
            case .end(nil): return nil
            case .end(let error?): throw error
            }
        }
    }
}

/// The task of a fetch, which ends with the iterator that it works for.
private final class FetchWork: Sendable {
    private let task: Task<Void, Never>
    init(_ task: Task<Void, Never>) { self.task = task }
    func cancel() { task.cancel() }
    deinit { task.cancel() }
}
