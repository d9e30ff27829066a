import DropIns
import FetchTypes
import Testing

@Suite("wget's line")
struct WgetLineTests {
    private static let url = "https://example.com/x/m.bin"

    @Test(
        "with -O names the file, in every spelling",
        arguments: [
            "-q -O sub/m.bin URL", "-qO sub/m.bin URL", "-qOsub/m.bin URL", "--quiet --output-document=sub/m.bin URL",
            "URL -O sub/m.bin -q -P elsewhere",
            "-qnvO sub/m.bin URL", "--max-redirect=10 -q URL -O sub/m.bin",
        ])
    func document(_ line: String) throws {
        if line == "-qnvO sub/m.bin URL" {
            // getopt takes all that follows -n for its value.
            guard case .handOver = WgetLine.plan(words(line, Self.url)) else { Issue.record("not handed over"); return }
            return
        }
        let job = try job(WgetLine.plan(words(line, Self.url)))
        #expect(job.downloads[0].name == .fixed("sub/m.bin") && job.downloads[0].directory == nil)
        #expect(job.downloads[0].existing == .overwrite && !job.downloads[0].makesFolder && job.quietness == .errors)
    }

    @Test(
        "keeps what a file of that name is to be",
        arguments: [
            ("", .number(.last)), ("-c", .carryOn(longer: .skip)), ("-nc", .skip), ("-qnc", .skip), ("--no-clobber", .skip),
            ("-O x", .overwrite), ("-c -O x", .carryOn(longer: .skip)), ("-nc -O x", .refuse),
        ] as [(String, ExistingFilePolicy)])
    func existing(_ options: String, _ rule: ExistingFilePolicy) throws {
        #expect(try job(WgetLine.plan(words(options + " URL", Self.url))).downloads[0].existing == rule)
    }

    @Test(
        "is handed over where only wget can do it",
        arguments: [
            "-O - URL", "-qO- URL", "-O /dev/null URL", "-r URL", "-N URL", "--spider URL", "--post-data=x URL", "-O x URL URL",
            "ftp://example.com/x",
            "--help", "--no-such-option URL", "-e recursive=on URL", "-b URL", "--max-redirect=0 URL", "-O x -i list",
        ])
    func handedOver(_ line: String) {
        guard case .handOver = WgetLine.plan(words(line, Self.url)) else { Issue.record("not handed over"); return }
    }

    @Test(
        "gives names as wget does",
        arguments: [
            ("https://e.org/x.bin", "x.bin"), ("https://e.org/x.bin?type=Model&b=a/b", "x.bin?type=Model&b=a%2Fb"),
            ("https://e.org/", "index.html"),
            ("https://e.org/a%20b%2Fc.bin", "a b%2Fc.bin"), ("https://e.org/?q=1", "index.html?q=1"), ("e.org/x", "x"),
            ("https://civitai.com/api/download/models/5?type=Model&token=abc", "5?type=Model"), ("https://e.org/%7Ea%01b", "~a%01b"),
        ])
    func names(_ url: String, _ name: String) throws {
        let download = try job(WgetLine.plan([url])).downloads[0]
        guard case .byRule(let rule) = download.name else { Issue.record("no rule"); return }
        #expect(rule.name(ServedName(path: "published", given: "given", url: nil)) == name)
        #expect(try given(by: ["--content-disposition", url]) == "given")
    }

    private func given(by words: [String]) throws -> String? {
        guard case .byRule(let rule) = try job(WgetLine.plan(words)).downloads[0].name else { return nil }
        return rule.name(ServedName(path: "published", given: "given", url: nil))
    }

    @Test("reads a list, and keeps one that was linked to")
    func list() throws {
        let list = try #require(try job(WgetLine.plan(["-P", "p", "-i", "https://e.org/list"])).list)
        let downloads = try list.read("e.org/1\n\n  https://e.org/2 \r\n").downloads
        #expect(downloads.map(\.reference) == ["https://e.org/list", "http://e.org/1", "https://e.org/2"])
        #expect(downloads.allSatisfy { $0.directory == "p" })
        let odd = try list.read("http://\ne.org/1\nfoo://x\n")
        #expect(odd.downloads.count == 2 && odd.failures.count == 2 && odd.handOver == nil)
        #expect(try list.read("e.org/1\nftp://e.org/2\n").handOver == "ftp://e.org/2")
    }

    @Test("keeps a proxy to its scheme")
    func proxies() throws {
        let job = try job(WgetLine.plan(["-e", "https_proxy = http://b:1", "-e", "use_proxy=yes", Self.url]))
        #expect(job.proxy == nil && job.schemeProxies.mapValues { $0.reveal() } == ["https": "http://b:1"])
    }

    @Test(
        "ends with wget's codes, the lowest of several",
        arguments: [
            ([404], 8), ([401], 6), ([404, 401], 6), ([0, 404], 8), ([0, 0], 0), ([500], 8), ([-1], 4), ([-1, 404], 4), ([-2], 5),
        ] as [([Int], Int32)])
    func codes(_ statuses: [Int], _ code: Int32) {
        let failures = statuses.map { status -> Failure? in
            if status == 0 { return nil }
            var failure = Failure(.server, "it failed.")
            if status > 0 { failure.status = status } else { failure.fault = status == -1 ? .connect : .tls }
            return failure
        }
        #expect(WgetLine.exitCode(failures) == code)
    }
}
