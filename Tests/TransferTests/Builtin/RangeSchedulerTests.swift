import FetchTypes
import ModelSources
import Partials
import TestSupport
import Testing
@testable import Transfer

@Suite("The scheduler of ranges") struct RangeSchedulerTests {
    static let mebi: Int64 = 1 << 20
    static let start = ContinuousClock.now

    /// A file of 64 MiB, to be fetched from an origin and perhaps mirrors.
    private final class Rig {
        let queue: RangeQueue
        let budget: ConnectionBudget
        var scheduler: RangeScheduler
        /// Segments of workers that have begun, by source, oldest first.
        var workers: [RangeWorker] = []

        init(connections: Int = 4, mirrors: Int = 0, isProven: Bool = true, limit: Int = 32) {
            let map = PieceMap(size: 64 * mebi)
            queue = RangeQueue(map: map, connections: connections)
            budget = ConnectionBudget(limit: limit)
            let keepers = (0..<mirrors).map { Mirror("m\($0 + 1)", LinkKeeper(FixedLocator())) }
            let pool = SourcePool(
                origin: RangeSource(LinkKeeper(FixedLocator())), permit: budget.permit(at: Self.host(0)),
                mirrors: keepers.map(RangeSource.init))
            scheduler = RangeScheduler(
                queue: queue, pool: pool, mirrors: mirrors, target: ConnectionTarget(allowed: connections, missing: map.size),
                isProven: isProven, now: start)
        }

        static func host(_ index: Int) -> Origin { Origin(scheme: "https", host: "h\(index).example", port: 443) }

        func begin() -> String { words(scheduler.begin(RangeScheduler.Facts(now: start))) }

        func after(
            _ step: RangeScheduler.Step, seconds: Double = 0, brought: Bool = false, complete: Bool = false
        ) -> String {
            words(
                scheduler.handle(
                    step, RangeScheduler.Facts(now: start + .seconds(seconds), hasBroughtBytes: brought, isComplete: complete)))
        }

        /// A worker of that source ends, its part whole or not.
        func end(_ index: Int, _ error: (any Error)? = nil, whole: Bool = false) -> RangeScheduler.Step {
            if let place = workers.firstIndex(where: { $0.index == index }) {
                let worker = workers.remove(at: place)
                if whole { _ = worker.segment.advance(Int(worker.segment.remaining)) }
                queue.finish(worker.segment)
            }
            return error.map { .failed(index, $0) } ?? .dry(index)
        }

        /// The actions in words: `fetch` with the source, `open` with the mirror, how long until the next look.
        private func words(_ actions: [RangeScheduler.Action]) -> String {
            actions.map { action in
                switch action {
                case .fetch(let worker):
                    workers.append(worker)
                    return "fetch \(worker.index)"
                case .open(let index): return "open \(index)"
                case .tick(let time): return "tick \(Int(time / .milliseconds(1)))"
                case .drop(let mirror, let why): return "drop \(mirror.name): \(why)"
                case .end(nil): return "end"
                case .end(let error?): return "end \(error is RangeEndedEarly ? "early" : TestSupport.words(error))"
                }
            }.joined(separator: ", ")
        }
    }

    private static let dropped = TransferFault.network(TransportFault(.dropped, host: "h", detail: "d"))

    @Test("All connections begin at once where ranges are known, one where they are not")
    func begins() {
        #expect(Rig().begin() == "fetch 0, fetch 0, fetch 0, fetch 0, tick 10")
        #expect(Rig(connections: 1).begin() == "fetch 0, tick 100", "one connection has no other to help")
        let rig = Rig(isProven: false)
        #expect(rig.begin() == "fetch 0, tick 10")
        #expect(rig.after(.tick) == "tick 10")
        #expect(rig.after(.tick, seconds: 5) == "tick 10", "time alone proves nothing")
        #expect(rig.after(.tick, brought: true) == "fetch 0, fetch 0, fetch 0, tick 10")
        #expect(rig.after(.tick, brought: true) == "tick 100")
    }

    @Test("The host's share bounds them, and a tick takes what has become free")
    func share() {
        let rig = Rig(connections: 4, limit: 2)
        #expect(rig.begin() == "fetch 0, fetch 0, tick 10")
        #expect(rig.after(.tick) == "tick 100")
        #expect(rig.after(rig.end(0)) == "")
        #expect(rig.after(.tick) == "fetch 0, tick 100")
    }

    @Test("Mirrors are asked for their links, and left a share of the connections for half a second")
    func mirrors() {
        let rig = Rig(connections: 6, mirrors: 2)
        #expect(rig.begin() == "fetch 0, fetch 0, open 1, open 2, tick 10")
        #expect(rig.after(.tick, seconds: 0.2) == "tick 100")
        #expect(rig.after(.opened(1, rig.budget.permit(at: Rig.host(1)))) == "fetch 1")
        #expect(rig.after(.tick, seconds: 0.6).hasSuffix("tick 100"))
        #expect(rig.workers.count == 6)
    }

    @Test("A mirror that fails is dropped, and nothing else ends", arguments: [TransferFault.rangesIgnored, dropped])
    func mirrorFails(fault: TransferFault) {
        let rig = Rig(connections: 2, mirrors: 1)
        _ = rig.begin()
        #expect(rig.after(.opened(1, rig.budget.permit(at: Rig.host(1)))) == "fetch 1")
        #expect(rig.after(rig.end(1, fault)) == "drop m1: \(Mirror.reason(fault))")
        #expect(rig.after(.tick, seconds: 1) == "fetch 0, tick 100")
    }

    struct End: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var error: any Error
        /// What follows while others work, and when it was the last.
        var others: String
        var last: String
    }

    static let ends: [End] = [
        End(testDescription: "dropped", error: dropped, others: "", last: "end network dropped"),
        End(
            testDescription: "429", error: TransferFault.refused(status: 429, retryAfter: nil, host: "h"), others: "",
            last: "end refused 429"),
        End(
            testDescription: "429 with a time", error: TransferFault.refused(status: 429, retryAfter: 3, host: "h"),
            others: "end refused 429 after 3", last: "end refused 429 after 3"),
        End(
            testDescription: "403", error: TransferFault.refused(status: 403, retryAfter: nil, host: "h"), others: "",
            last: "end refused 403"),
        End(
            testDescription: "404", error: TransferFault.refused(status: 404, retryAfter: nil, host: "h"), others: "end refused 404",
            last: "end refused 404"),
        End(
            testDescription: "TLS", error: TransferFault.network(TransportFault(.tls, host: "h", detail: "d")), others: "end network tls",
            last: "end network tls"),
        End(testDescription: "another version", error: TransferFault.changed("w"), others: "end changed", last: "end changed"),
        End(testDescription: "cancelled", error: CancellationError(), others: "end cancelled", last: "end cancelled"),
    ]

    @Test("A connection's fault is its own while others get on, or everybody's", arguments: ends)
    func fails(end: End) {
        let many = Rig(connections: 2)
        _ = many.begin()
        #expect(many.after(many.end(0, end.error)) == end.others)
        let one = Rig(connections: 1)
        _ = one.begin()
        #expect(one.after(one.end(0, end.error)) == end.last)
    }

    @Test("Half of the connections are kept after a fault")
    func shrinks() {
        let rig = Rig(connections: 4)
        _ = rig.begin()
        #expect(rig.after(rig.end(0, Self.dropped)) == "")
        for _ in 0..<2 { #expect(rig.after(rig.end(0)) == "") }
        #expect(rig.after(.tick) == "fetch 0, tick 100")
    }

    @Test("It ends with the last byte, with the first fault when bytes are missing, and early without one")
    func concludes() {
        let whole = Rig(connections: 2)
        _ = whole.begin()
        #expect(whole.after(whole.end(0, whole: true), complete: true) == "end", "a straggler is not waited for")
        let early = Rig(connections: 2)
        _ = early.begin()
        #expect(early.after(early.end(0)) == "")
        #expect(early.after(early.end(0)) == "end early")
        let faulty = Rig(connections: 2)
        _ = faulty.begin()
        #expect(faulty.after(faulty.end(0, Self.dropped)) == "")
        #expect(faulty.after(faulty.end(0)) == "end network dropped")
    }

    @Test("The budget gets all connections back")
    func leaves() {
        let rig = Rig(connections: 8, limit: 8)
        _ = rig.begin()
        #expect(rig.workers.count == 8)
        rig.scheduler.leave()
        #expect(rig.workers[0].permit.count == 0)
    }
}
