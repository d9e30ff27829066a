import FetchTypes
import ModelSources
import Partials
import TestSupport
import Testing
@testable import Transfer

@Suite("The pool of sources") struct SourcePoolTests {
    private let budget = ConnectionBudget(limit: 4)

    private func pool(mirrors: Int) -> SourcePool {
        SourcePool(
            origin: RangeSource(LinkKeeper(FixedLocator())), permit: permit(0),
            mirrors: (0..<mirrors).map { RangeSource(Mirror("m\($0 + 1)", LinkKeeper(FixedLocator()))) })
    }

    private func permit(_ index: Int) -> HostConnectionPermit {
        budget.permit(at: Origin(scheme: "https", host: "h\(index)", port: 443))
    }

    /// Takes a connection, and receives so many bytes over it.
    private func take(_ pool: inout SourcePool, bringing bytes: Int = 0) -> Int? {
        guard let (index, source, _) = pool.take() else { return nil }
        source.count(bytes)
        return index
    }

    @Test("A source without a connection comes first, then the one where one more is the fastest")
    func worth() {
        var pool = pool(mirrors: 1)
        #expect(pool.sources == 1)
        #expect(pool.isOpening)
        #expect(take(&pool, bringing: 100) == 0)
        pool.open(1, permit: permit(1))
        #expect(!pool.isOpening)
        #expect(pool.sources == 2)
        #expect(take(&pool, bringing: 1000) == 1)
        pool.measure(1)
        // 100 B/s for two against 1000 B/s for two, three, four.
        #expect((0..<3).map { _ in take(&pool) } == [1, 1, 1])
        // Its host takes no more.
        #expect(take(&pool) == 0)
        #expect(pool.workers == 6)
    }

    static let faults: [(fault: TransferFault, losesWhileOthersWork: Bool)] = [
        (.rangesIgnored, true), (.changed("w"), true), (.page(host: "h"), true),
        (.refused(status: 404, retryAfter: nil, host: "h"), true), (.refused(status: 503, retryAfter: nil, host: "h"), false),
        (.network(TransportFault(.dropped, host: "h", detail: "d")), false), (.stalled(host: "h"), false),
    ]

    @Test("A mirror is dropped for its own fault, and for a connection's only with the last one", arguments: faults)
    func loses(fault: TransferFault, losesWhileOthersWork: Bool) {
        var pool = pool(mirrors: 1)
        pool.open(1, permit: permit(1))
        for _ in 0..<3 { _ = take(&pool, bringing: 10) }
        pool.gaveBack(1)
        var last = pool
        let second = take(&pool)
        #expect(second == 1)
        let isLost = pool.loses(1, to: fault)
        #expect(isLost == losesWhileOthersWork)
        #expect(pool.sources == (losesWhileOthersWork ? 1 : 2))
        let losses = (0..<2).map { _ in last.loses(1, to: fault) }
        #expect(losses == [true, false], "it is lost once")
        #expect(last.sources == 1)
    }

    @Test("A source that refused a connection gets no new one for a time; one that works does")
    func rests() {
        var pool = pool(mirrors: 0)
        #expect(take(&pool) == 0)
        pool.rest(0)
        #expect(take(&pool) == 0)
        pool.gaveBack(0)
        pool.gaveBack(0)
        pool.gaveBack(0)
        #expect(pool.workers == 0)
        #expect(!pool.isBusy)
        pool.rest(0)
        #expect(take(&pool) == nil)
    }

    @Test("All connections go back to the budget")
    func leaves() {
        var pool = pool(mirrors: 0)
        for _ in 0..<4 { #expect(take(&pool) == 0) }
        #expect(take(&pool) == nil)
        pool.leave()
        #expect(pool.workers == 0)
        #expect(take(&pool) == 0)
    }
}
