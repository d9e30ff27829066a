import FetchTypes
import Queue
import Testing

@testable import fetchctl

@Suite("The queue as text")
struct QueueTextTests {
    private static let now = Moment(clamping: 1_795_305_600)
    private static let clock = LocalClock { _ in 0 }

    private static func job(_ number: Int64, _ reference: String, _ state: JobState = .queued) -> JobRecord {
        JobRecord(
            number: JobNumber(clamping: number), line: JobLine(arguments: [reference], folder: "/work", umask: 0o022, environment: [:]),
            references: [reference], directory: "/no/such/folder/models", created: now, state: state)
    }

    private static var report: QueueReport {
        var running = job(7, "https://example.com/a-model-with-a-rather-long-name-of-many-words.safetensors", .running)
        running.progress.size = 7_623_566_950
        running.progress.received = 3_435_973_837
        running.progress.rate = 22_020_096
        running.progress.eta = 185
        running.progress.files = [
            JobFile(
                path: "/no/such/folder/models/a.safetensors", size: 7_623_566_950, received: 3_435_973_837, state: .fetching,
                engine: "aria2")
        ]
        var scheduled = job(8, "hf:org/name")
        scheduled.window = DailyWindow("08:00-09:00")
        var failed = job(12, "civitai:128078")
        failed.end(
            .failed, code: 77, at: now, fault: JobFault(.needsLogin, "It wants a login.", why: "no token.", hint: "fetchctl login civitai"))
        let jobs = [running, scheduled, job(9, "模型/名字\u{1b}[31m"), failed]
        var listing = QueueListing()
        listing.jobs = Array(jobs.dropLast())
        return QueueReport(jobs, listing: listing, now: now, clock: clock)
    }

    private func lines(_ columns: Int?) -> [String] {
        let text = QueueText(report: Self.report, columns: columns)
        return (text.table + text.targets).text.split(separator: "\n").map(String.init)
    }

    @Test("fits its window, and keeps number, state and progress readable", arguments: [40, 60, 80, 100, 200])
    func widths(columns: Int) throws {
        let lines = lines(columns)
        #expect(lines.allSatisfy { Text.width($0) <= columns }, "\(lines)")
        #expect(!lines.joined().contains("\u{1b}"))
        let running = try #require(lines.first { $0.hasPrefix("  7") })
        #expect(running.contains("running") && running.contains("45%"))
        #expect(lines.contains { $0.hasPrefix("  8  scheduled") })
        #expect(lines.contains { $0.hasPrefix(" 12  failed") })
        if columns >= 60 { #expect(running.contains("7.1 GiB") && running.contains("3m05s left")) }
        if columns >= 100 { #expect(running.contains("21.0 MiB/s")) }
    }

    @Test("says free space beside what is still to come")
    func targets() {
        let lines = lines(nil).filter { $0.contains("to come") }
        #expect(lines.count == 1)
        #expect(lines[0].contains("free, 3.9 GiB to come, 2 of unknown size: /no/such/folder/models"))
    }

    @Test("of one job has everything, its files and what to do")
    func details() {
        let text = QueueText(report: Self.report, columns: 80).details.text
        for part in [
            "job 7: running", "job 12: failed", "why       no token.", "do        fetchctl login civitai",
            "a.safetensors, fetching, 3.2 GiB of 7.1 GiB, aria2",
            "between   08:00-09:00", "starts    08:00", "place     2 in the queue",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test("of no jobs says so")
    func none() {
        let empty = QueueReport([], listing: QueueListing(), now: Self.now, clock: Self.clock)
        #expect(QueueText(report: empty, columns: 80).table.text == "no jobs.\n")
    }

    @Test(
        "A job is a number, several, or all",
        arguments: [
            (["7"], true), (["7", "8"], true), (["all"], true), ([], false), (["all", "7"], false), (["7", "all"], false), (["07"], false),
            (["+7"], false),
            (["99999999999999999999"], false), ([""], false), (["ALL"], false),
        ])
    func selection(words: [String], isOne: Bool) { #expect(((try? JobSelection(words)) != nil) == isOne) }

    @Test(
        "Secrets of links are found in every form",
        arguments: [
            ("https://h/a?token=x", "token"), ("https://h/a?a=1&API_KEY=x", "api_key"), ("https://h/a?a=1;sig=x", "sig"),
            ("https://h/a?x%2Damz%2Dsignature=1", "x-amz-signature"), ("https://h/a?u=https%3A%2F%2Fx%3Ftoken%3Dy", "u"),
            ("https://h/a?id=7", nil), ("civitai:5", nil), ("https://h/a?token=", nil), ("org/name", nil),
        ])
    func secrets(text: String, name: String?) { #expect(LineSecrets.secretParameter(text) == name) }

    @Test(
        "What is kept of a word has no fragment of a link",
        arguments: [
            ("https://h/a#token=x", "https://h/a"), ("--mirror=https://h/a?b=c#d", "--mirror=https://h/a?b=c"), ("a#b", "a#b"),
            ("https://h/a#1\thttps://h/b#2", "https://h/a\thttps://h/b"), ("h.example/a#access_token=x", "h.example/a"), ("#a", "#a"),
            ("civitai:5", "civitai:5"), ("notify 'https://h/#x'", "notify 'https://h/#x'"),
        ])
    func kept(text: String, kept: String) { #expect(LineSecrets.kept(text) == kept) }
}
