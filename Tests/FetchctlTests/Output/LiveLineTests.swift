import FetchTypes
import Testing
@testable import Events
@testable import FetchKit

@testable import fetchctl

@Suite("A line in a notebook's cell")
struct LiveLineTests {
    /// What a cell shows of a text with carriage returns.
    private static func shown(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var columns: [Character] = []
            for part in line.split(separator: "\r", omittingEmptySubsequences: false) {
                columns.replaceSubrange(0..<min(columns.count, part.count), with: part)
            }
            return String(columns)
        }.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    @Test("is overwritten by a longer text and by a shorter one")
    func over() {
        var live = LiveLine()
        let text = (live.draw("abc  10%") + live.draw("abcdef  100%   ") + live.draw("ab")).text
        #expect(Self.shown(text) == ["ab"])
        #expect(!text.contains("\n") && !text.contains("\u{1B}"))
    }

    @Test("is cleared for events, of which none is lost")
    func events() {
        var live = LiveLine()
        let text =
            live.replace(by: "first") + live.draw("a long line of progress") + live.replace(by: "error: x\n  do:  y") + live.draw("more")
            + live.clear() + live.clear() + live.replace(by: "done")
        #expect(Self.shown(text.text) == ["first", "error: x", "  do:  y", "done", ""])
    }

    @Test("holds no spaces but those that cover something")
    func small() {
        var live = LiveLine()
        #expect(live.draw("abc    ") == "\rabc")
        #expect(live.draw("a") == "\ra  ")
        #expect(live.replace(by: "b") == "\rb\n")
        #expect(live.replace(by: "c") == "c\n")
    }

    @Test("is drawn once a second at most, and rarer the longer it takes: an hour is some 500 lines")
    func pace() {
        #expect(CellReporter.interval(after: 0) == 1 && CellReporter.interval(after: 59) == 1)
        #expect(CellReporter.interval(after: 300) == 5 && CellReporter.interval(after: 86_400) == 10)
        var (seconds, drawings) = (0.0, 0)
        while seconds < 3600 {
            seconds += CellReporter.interval(after: seconds)
            drawings += 1
        }
        #expect(drawings < 520)
    }

    private static let jupyter = ["JPY_PARENT_PID": "12", "TERM": "xterm-color"]
    static let places: [(environment: [String: String], isTerminal: Bool, kind: Terminal.Kind)] = [
        (["TERM": "xterm-256color"], true, .screen), (["TERM": "xterm-256color"], false, .plain), ([:], true, .screen),
        (["TERM": "dumb"], true, .plain), (["TERM": "xterm", "NO_COLOR": "1"], true, .cell),
        (["TERM": "xterm", "NO_COLOR": ""], true, .screen),
        (jupyter, true, .cell), (jupyter, false, .plain), (["JPY_SESSION_NAME": "x.ipynb", "TERM": "dumb"], true, .cell),
        (["COLAB_RELEASE_TAG": "release-colab-external"], true, .cell), (["COLAB_GPU": ""], true, .cell),
        (["KAGGLE_KERNEL_RUN_TYPE": "Interactive"], true, .cell), (["KAGGLE_KERNEL_RUN_TYPE": "Batch"], false, .plain),
        (["MPLBACKEND": "module://matplotlib_inline.backend_inline"], true, .cell), (["MPLBACKEND": "agg"], true, .screen),
        (["TERM": "xterm-color", "CLICOLOR": "1", "GIT_PAGER": "cat"], true, .cell),
        (["TERM": "xterm-color", "CLICOLOR": "1"], true, .screen),
        (["COLAB_GPU": "", "TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen"], true, .screen),
    ]

    @Test("is used where the environment tells of a notebook", arguments: places)
    func place(environment: [String: String], isTerminal: Bool, kind: Terminal.Kind) {
        #expect(Terminal.kind(environment, isTerminal: isTerminal) == kind)
    }

    @Test("in a pipe has neither bar nor padding")
    func compact() {
        let state = ProgressState(name: "m.gguf", received: 1 << 20, size: 4 << 20, rate: 1_048_576, eta: 3, connections: 4)
        #expect(
            LineReporter.compact(ProgressLine().draw(state, columns: 200)) == "m.gguf 25% 1.0 MiB of 4.0 MiB 1.0 MiB/s ETA 3s 4 conn")
    }

    @Test("of a failure stays last until something else is printed")
    func lastWord() {
        let tag = FileTag(ref: "civitai:1", path: "/m/one.safetensors")
        let failure = Failure(.server, "it broke.", why: "x", hint: "y")
        let word = RepeatedFailureFilter(verbose: false)
        word.note(.failed(tag, failure, keptBytes: 0))
        word.note(.progress(tag, Event.Progress(received: 1, size: nil, rate: 0, eta: nil, connections: 0)))
        #expect(word.isStill(failure))
        word.note(.fleet(.done(origin: 1, peers: 2, uploaded: 3, originCopies: 1)))
        #expect(word.isStill(failure))
        word.note(.warning(tag, kind: "note", message: "another thing"))
        #expect(!word.isStill(failure))
        word.note(.failed(tag, failure, keptBytes: 0))
        word.noteOther()
        #expect(!word.isStill(failure))
    }
}
