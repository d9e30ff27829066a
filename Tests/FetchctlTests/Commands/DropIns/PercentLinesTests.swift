import DropIns
import FetchTypes
import Testing
@testable import Events

@testable import fetchctl

@Suite("wget's progress in a pipe")
struct PercentLinesTests {
    private static let tag = FileTag(ref: "r", path: "/m/a.bin")

    private func progress(_ received: Int64, of size: Int64?) -> Event {
        .progress(Self.tag, Event.Progress(received: received, size: size, rate: 510_000_000, eta: 75, connections: 4))
    }

    private func started(_ size: Int64?) -> Event { .started(Self.tag, engine: .builtin, connections: 4, resumed: 0, size: size) }

    private func finished(_ size: Int64) -> Event {
        let it = Event.Finished(
            size: size, sha256: nil, verified: "size", engine: .builtin, seconds: 0.001, fetched: size, averageRate: 410_000_000)
        return .finished(Self.tag, it)
    }

    /// wget 1.21 wrote the rows of 85 and 100 % so, for the same figures.
    @Test("is a row with the row's start, its dots, the percent, the rate and the rest of the time")
    func rows() {
        var lines = PercentLines(style: .dots(.standard))
        #expect(lines.text(started(300_000)) == nil)
        #expect(
            lines.text(progress(256_000, of: 300_000))?.text
                == "   200K .......... .......... .......... .......... .......... 85%  486M 75s\n")
        #expect(lines.text(progress(256_500, of: 300_000)) == nil)
        #expect(lines.text(progress(300_000, of: 300_000)) == nil)
        #expect(lines.text(finished(300_000))?.text == "   250K .......... .......... .......... .......... ..        100%  391M=0.001s\n")
        #expect(lines.text(finished(300_000)) == nil)
    }

    @Test("is a bar where that is forced")
    func bar() {
        var lines = PercentLines(style: .bar)
        _ = lines.text(started(1000))
        #expect(lines.text(progress(470, of: 1000))?.text == "\ra.bin                47%[=======>           ]     470   486MB/s 75s")
        #expect(lines.text(finished(1000))?.text == "\ra.bin               100%[==================>]    1000   391MB/s    in 0.001s   \n")
    }

    @Test("is rare, and without percent, where the size is not known")
    func unknown() {
        var lines = PercentLines(style: .dots(.mega))
        let start = ContinuousClock.now
        _ = lines.text(started(nil), now: start)
        #expect(lines.text(progress(1, of: nil), now: start + .seconds(9)) == nil)
        let row = lines.text(progress(4 << 20, of: nil), now: start + .seconds(11))
        #expect(row?.text == "  3072K ........ ........" + String(repeating: " ", count: 42) + "486M 75s\n")
    }

    @Test("is a hundred rows at most", arguments: [PercentStyle.dots(.standard), .dots(.giga), .bar])
    func bounded(style: PercentStyle) {
        var lines = PercentLines(style: style)
        let size: Int64 = 1 << 40
        _ = lines.text(started(size))
        let told = (0...5000).compactMap { lines.text(progress(size / 5000 * $0, of: size)) }
        #expect(told.count == 100 && told.allSatisfy { $0.text.contains("%") })
    }

    @Test(
        "has figures of three digits",
        arguments: [
            (0.0, "0"), (1023, "1023"), (1024, "1K"), (1_300_000, "1.24M"), (47_000_000, "44.8M"), (2e9, "1.86G"), (1e300, "1000000T"),
        ])
    func figures(bytes: Double, text: String) { #expect(PercentLines.short(bytes) == text) }

    @Test("formats any duration", arguments: [(5.0, "5s"), (192, "3m12s"), (7500, "2h5m"), (200_000, "2d7h"), (.infinity, ""), (-1, "")])
    func times(seconds: Double, text: String) { #expect(PercentLines.duration(seconds) == text) }
}
