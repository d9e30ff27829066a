import FetchTypes
import Queue
import Testing

@testable import fetchctl

@Suite("The keys of watch")
struct WatchModelTests {
    private static func number(_ value: Int64) -> JobNumber { WatchFixture.number(value) }

    static let keys: [(typed: String, wishes: [WatchWish])] = [
        ("p", [.set(.pause, number(1))]), ("jp", [.set(.pause, number(2))]), ("jjp", [.set(.pause, number(3))]),
        ("\u{1B}[Bp", [.set(.pause, number(2))]), ("jjjp", []), ("jjjr", [.set(.resume, number(4))]), ("r", []),
        ("p" + "p", [.set(.pause, number(1)), .set(.pause, number(1))]),
        ("Gt", [.retry(number(6))]), ("t", []), ("Gp", []), ("Gkt", []), ("Gc", []), ("Gl5M\r", []),
        ("cy", [.set(.cancel(deletes: false), number(1))]), ("cd", [.set(.cancel(deletes: true), number(1))]), ("cn", []), ("c\u{1B}", []),
        ("cq", []),
        ("jmf", [.move(number(2), .first)]), ("jml", [.move(number(2), .last)]), ("jmu", [.move(number(2), .up)]),
        ("jmd", [.move(number(2), .down)]), ("jm\u{1B}[A", [.move(number(2), .up)]), ("mx", []), ("jjjjmf", []),
        ("l5M\r", [.set(.limit(ByteCount(clamping: 5 << 20)), number(1))]), ("l0\r", [.set(.limit(nil), number(1))]), ("lfast\r", []),
        ("l5\u{7f}7K\r", [.set(.limit(ByteCount(clamping: 7 << 10)), number(1))]), ("l5M\u{1B}", []),
        ("l9\u{15}1M\r", [.set(.limit(ByteCount(clamping: 1 << 20)), number(1))]),
        ("a hf:org/name \r", [.add("hf:org/name")]), ("a\r", []), ("ahf:x\u{1B}", []), ("aq\r", [.add("q")]),
        ("/night\rp", [.set(.pause, number(3))]), ("/NIGHT\rp", [.set(.pause, number(3))]), ("/failed\rt", [.retry(number(6))]),
        ("/nothing\rp", []), ("/nothing\r\u{1B}p", [.set(.pause, number(1))]), ("j/waits\rp", [.set(.pause, number(2))]),
        ("j\rp", [.set(.pause, number(2))]), ("j\r\u{1B}p", [.set(.pause, number(2))]), ("?p", []), ("??p", [.set(.pause, number(1))]),
        ("q", [.leave]), ("\rq", [.leave]), ("?q", [.leave]), ("\u{4}", [.leave]), ("xyz\u{1B}[3~", []),
    ]

    @Test("ask for this", arguments: keys)
    func wishes(row: (typed: String, wishes: [WatchWish])) {
        var model = WatchFixture.model()
        #expect(model.type(row.typed) == row.wishes)
    }

    @Test(
        "say why they do nothing",
        arguments: [("r", "not paused"), ("t", "running"), ("Gp", "failed"), ("jjjjm", "terminal"), ("lfast\r", "fast")])
    func refusals(row: (typed: String, said: String)) {
        var model = WatchFixture.model()
        #expect(model.type(row.typed).isEmpty)
        #expect(model.message.text.contains(row.said), "\(model.message)")
    }

    @Test("stay with the chosen job while the queue changes around it, and go to its neighbour when it leaves")
    func chosen() {
        var model = WatchFixture.model()
        _ = model.type("jj")
        #expect(model.chosen == Self.number(3))
        model.take(WatchFixture.report([WatchFixture.job(9, "hf:new/first")] + WatchFixture.jobs))
        #expect(model.chosen == Self.number(3) && model.index == 3)
        model.take(WatchFixture.report(WatchFixture.jobs.filter { $0.number != Self.number(3) }))
        #expect(model.chosen == Self.number(5) || model.chosen == Self.number(7))
        model.take(WatchFixture.report([]))
        #expect(model.chosen == nil && model.type("pjkGgcmlt\r").isEmpty)
        model.take(WatchFixture.report())
        #expect(model.chosen == Self.number(1))
    }

    @Test("go no further than the first and the last job, in a window of any height", arguments: [3, 5, 10, 50])
    func ends(rows: Int) {
        var model = WatchFixture.model(80, rows, (1...60).map { WatchFixture.job($0, "hf:org/\($0)") })
        _ = model.type("k")
        #expect(model.chosen == Self.number(1))
        for _ in 0..<70 { _ = model.type("\u{1B}[6~") }
        #expect(model.chosen == Self.number(60))
        for _ in 0..<70 { _ = model.type("\u{1B}[5~") }
        #expect(model.chosen == Self.number(1))
    }

    @Test("scroll a page no further than its end, also in a window that grows")
    func scrolls() {
        var model = WatchFixture.model(40, 8)
        _ = model.type("\r")
        #expect(model.detailed == Self.number(1))
        for _ in 0..<200 { _ = model.type("j") }
        let most = WatchScreen(model).mostScroll
        #expect(model.scroll == most && most > 0)
        _ = model.type("k")
        #expect(model.scroll == most - 1)
        model.resize(columns: 200, rows: 80)
        #expect(model.scroll == 0)
    }
}
