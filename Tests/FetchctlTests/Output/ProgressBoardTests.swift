import FetchTypes
import Testing
@testable import Events

@testable import fetchctl

@Suite("The progress board")
struct ProgressBoardTests {
    private static let one = FileTag(ref: "civitai:1", path: "/m/one.safetensors")
    private static let two = FileTag(ref: "civitai:2", path: "/m/two.safetensors")

    private static func started(_ tag: FileTag, _ size: Int64) -> Event {
        .started(tag, engine: .builtin, connections: 4, resumed: 0, size: size)
    }

    private static func progress(_ tag: FileTag, _ received: Int64, of size: Int64) -> Event {
        .progress(tag, Event.Progress(received: received, size: size, rate: 1_048_576, eta: 3, connections: 4))
    }

    private static func finished(_ tag: FileTag, _ size: Int64) -> Event {
        let it = Event.Finished(
            size: size, sha256: nil, verified: "size", engine: .builtin, seconds: 1, fetched: size, averageRate: Double(size))
        return .finished(tag, it)
    }

    private static func board(_ events: Event...) -> ProgressBoard {
        var board = ProgressBoard()
        for event in events { board.take(event) }
        return board
    }

    @Test("is nothing before the first file begins and after the last has ended")
    func empty() {
        #expect(Self.board().single(ProgressLine(), columns: 80) == nil)
        let plan = Event.planned(files: 1, size: 4 << 20, toFetch: 4 << 20, free: nil)
        let board = Self.board(plan, Self.started(Self.one, 4 << 20), Self.finished(Self.one, 4 << 20))
        #expect(board.single(ProgressLine(), columns: 80) == nil && board.done == 1)
    }

    @Test("of one file is its own line, of several the total")
    func single() throws {
        let plan = Event.planned(files: 2, size: 12 << 20, toFetch: 12 << 20, free: nil)
        var board = Self.board(plan, Self.started(Self.one, 4 << 20), Self.progress(Self.one, 2 << 20, of: 4 << 20))
        #expect(try #require(board.single(ProgressLine(), columns: 80)).hasPrefix("one.safetensors"))
        board.take(Self.started(Self.two, 8 << 20))
        let both = try #require(board.single(ProgressLine(), columns: 80))
        #expect(both.hasPrefix("total 0/2") && both.contains("2.0 MiB of 12.0 MiB"))
        board.take(Self.finished(Self.one, 4 << 20))
        #expect(try #require(board.total(ProgressLine(), columns: 80)).contains("4.0 MiB of 12.0 MiB"))
    }

    @Test("counts what is skipped or fails after the plan, and not what was so before it")
    func counts() {
        var board = Self.board(.skipped(Self.two, reason: .complete, size: 7, sha256: nil))
        #expect(board.done == 0)
        board.take(.planned(files: 2, size: 9, toFetch: 9, free: nil))
        board.take(.skipped(Self.two, reason: .complete, size: 7, sha256: nil))
        board.take(.failed(Self.one, Failure(.server, "x"), keptBytes: 0))
        #expect(board.done == 2 && board.doneBytes == 7)
    }

    @Test("has no speed while it waits or is verified")
    func waiting() throws {
        var board = Self.board(Self.started(Self.one, 4 << 20), Self.progress(Self.one, 2 << 20, of: 4 << 20))
        board.take(.retrying(Self.one, reason: .reset, seconds: 5, attempt: 1, of: 5))
        #expect(try #require(board.single(ProgressLine(), columns: 80)).hasSuffix("waiting"))
        board.take(Self.started(Self.one, 4 << 20))
        #expect(!(try #require(board.single(ProgressLine(), columns: 80)).contains("waiting")))
        board.take(.verifying(Self.one, algorithm: "sha256", digest: nil))
        #expect(board.files[0].progress.rate == 0 && board.files[0].progress.note == "verifying")
    }

    @Test("fits a window, and the total stays below the files", arguments: [(40, 4), (60, 10), (100, 24), (20, 2)])
    func screen(columns: Int, rows: Int) {
        var board = Self.board(.planned(files: 30, size: 30 << 20, toFetch: 30 << 20, free: nil))
        for number in 0..<20 {
            let tag = FileTag(ref: "hf:a/b", path: "/m/model-000\(number)-of-00020.safetensors")
            board.take(Self.started(tag, 1 << 20))
            board.take(Self.progress(tag, 1 << 19, of: 1 << 20))
        }
        let lines = ScreenReporter.lines(board, ProgressLine(), columns: columns, rows: rows)
        #expect(lines.count == max(2, min(21, rows - 1)))
        #expect(lines.allSatisfy { Text.width($0) < columns })
        #expect(lines.last?.hasPrefix("total") == true)
    }

    @Test("shows the fleet behind or below it where there is space")
    func fleet() throws {
        var board = Self.board(Self.started(Self.one, 4 << 20), Self.progress(Self.one, 2 << 20, of: 4 << 20))
        board.take(.fleet(.progress(Event.FleetProgress(present: 6, size: 8, originCopies: 0.4151, peerRate: 310_400_000))))
        let words = "fleet 6/8 · origin 0.42 of 1 copy · peers 310 MB/s"
        #expect(try #require(board.single(ProgressLine(), columns: 200)).hasSuffix("  " + words))
        #expect(try #require(board.single(ProgressLine(), columns: 80)).contains("fleet") == false)
        #expect(ScreenReporter.lines(board, ProgressLine(), columns: 80, rows: 24).last == words)
        #expect(ScreenReporter.lines(board, ProgressLine(), columns: 80, rows: 3).count == 1)
        board.take(.fleet(.done(origin: 1, peers: 2, uploaded: 3, originCopies: 1)))
        #expect(board.fleet == nil)
    }

    @Test("takes more rows in a window that has become narrower", arguments: [(100, 3), (50, 5), (79, 4), (80, 3), (10, 21)])
    func reflow(columns: Int, rows: Int) {
        #expect(ScreenReporter.rows([80, 79, 41], columns: columns) == rows)
        #expect(ScreenReporter.rows([], columns: columns) == 0)
    }
}
