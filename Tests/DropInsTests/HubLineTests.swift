import DropIns
import FetchTypes
import Testing

@Suite("hf's line")
struct HubLineTests {
    private func only(_ plan: DropInPlan) throws -> (job: DropInJob, download: DropInDownload) {
        guard case .fetch(let job) = plan else {
            Issue.record("no download: \(plan)")
            throw CancellationError()
        }
        return (job, try #require(job.downloads.first))
    }

    private func hf(_ line: String) throws -> (job: DropInJob, download: DropInDownload) {
        try only(HubLine.plan(["download"] + line.split(separator: " ").map(String.init)))
    }

    private func old(_ line: String) throws -> (job: DropInJob, download: DropInDownload) {
        try only(HubCLILine.plan(["download"] + line.split(separator: " ").map(String.init)))
    }

    @Test(
        "names a repo, or a file of it",
        arguments: [
            ("org/name", "hf:org/name"), ("org/name a/b.json", "hf:org/name/a/b.json"), ("org/name ./b.json", "hf:org/name/b.json"),
            ("gpt2 config.json", "hf:gpt2@main/config.json"), ("gpt2", "hf:gpt2"), ("org/name --revision v1.0", "hf:org/name@v1.0"),
            ("org/name x --revision refs/pr/1", "hf:org/name@refs/pr/1/x"), ("org/name --revision a/b", "hf:org/name@a%2Fb"),
            ("org/name --repo-type dataset", "hf:datasets/org/name"), ("org/name --type space app.py", "hf:spaces/org/name/app.py"),
            ("datasets/org/name d.json", "hf:datasets/org/name/d.json"), ("models/org/name", "hf:org/name"),
            ("hf://datasets/org/name@v1/d/e.json", "hf:datasets/org/name@v1/d/e.json"),
            ("hf://org/name@refs/pr/2/x", "hf:org/name@refs/pr/2/x"),
            ("hf://org/name", "hf:org/name"), ("hf://org/name@main x", "hf:org/name@main/x"),
            ("org/name a?b#c%d", "hf:org/name/a%3Fb%23c%25d"),
        ])
    func references(line: String, reference: String) throws { #expect(try hf(line).download.reference == reference) }

    @Test(
        "chooses files by patterns",
        arguments: [
            ("org/name --include *.json --exclude tok*", ["*.json"], ["tok*"]),
            ("org/name --include=*.json --include *.md", ["*.json", "*.md"], []),
            ("org/name a b", ["a", "b"], []), ("org/name sub/ a", ["sub/*", "a"], []), ("hf://org/name/sub/", ["sub/*"], []),
            ("org/name a b --include *.md", ["a", "b"], []), ("org/name --include *.json *.md", ["*.json", "*.md"], []),
            ("org/name --exclude=*.json *.md --include x", ["x"], ["*.json", "*.md"]),
        ] as [(String, [String], [String])])
    func patterns(line: String, include: [String], exclude: [String]) throws {
        let download = try hf(line).download
        #expect(download.include == include)
        #expect(download.exclude == exclude)
        #expect(download.allowsNothing)
    }

    @Test("a second word behind --include is a file's name where it is none of a pattern's")
    func namesBehindPatterns() throws {
        #expect(try hf("org/name --include *.json config.json").download.reference == "hf:org/name/config.json")
        #expect(try old("org/name --include *.json config.json --quiet").download.include == ["*.json", "config.json"])
    }

    @Test("goes into a folder or into the cache")
    func places() throws {
        let local = try hf("org/name --local-dir d --local-dir-use-symlinks False --resume-download").download
        #expect(local.layout == "hf-local" && local.directory == "d" && local.existing == .renew)
        let cache = try hf("org/name --cache-dir=c --force-download").download
        #expect(cache.layout == "hf-cache" && cache.directory == "c" && cache.existing == .overwrite)
        let standard = try hf("org/name --force-download --no-force-download").download
        #expect(standard.layout == "hf-cache" && standard.directory == nil && standard.existing == .renew)
        #expect(try old("org/name x --cache-dir c --local-dir d").download.layout == "hf-local")
    }

    @Test("removes a token, and hands the rest to the tool")
    func rest() throws {
        let job = try hf("org/name --token hf_practice --max-workers 3 -q").job
        #expect(job.hubToken?.reveal() == "hf_practice")
        #expect(job.jobs == 3)
        #expect(job.quietness == .errors)
        #expect(try hf("org/name x --include y").job.warnings.count == 1)
        #expect(!"\(job)".contains("hf_practice"))
    }

    @Test(
        "says where things are as that command does",
        arguments: [
            ("org/name x", "✓ Downloaded\n  path: /w/d/x"), ("org/name x -q", "/w/d/x"), ("org/name x --format quiet", "/w/d/x"),
            ("org/name x --json", "{\"path\": \"/w/d/x\"}"), ("org/name x --format=agent", "path=/w/d/x"),
        ])
    func results(line: String, text: String) throws {
        let result = try #require(try hf(line).job.hubResult)
        #expect(result.text("/w/d/x", absolute: { "/w/" + $0 }) == text)
    }

    @Test(
        "says it under its old name by the folder as it was typed",
        arguments: [
            ("org/name x --local-dir ./d/", "/w/d/x", "d/x"), ("org/name x --local-dir .", "/w/x", "x"),
            ("org/name --local-dir d", "/w/d", "/w/d"), ("org/name x --cache-dir ./c", "/w/c/models--o/x", "./c/models--o/x"),
            ("org/name --cache-dir c/", "/w/c/models--o", "c/models--o"), ("org/name x --local-dir /w/d", "/w/d/x", "/w/d/x"),
        ])
    func oldResults(line: String, path: String, text: String) throws {
        let result = try #require(try old(line).job.hubResult)
        let tidy: (String) -> String = { typed in
            typed.hasPrefix("/")
                ? typed : (["/w"] + typed.split(separator: "/").filter { $0 != "." }.map(String.init)).joined(separator: "/")
        }
        #expect(result.text(path, absolute: tidy) == text)
    }

    @Test("writes JSON as Python does")
    func json() {
        let text = HubResult(.json).text("/ü/\"a\\b\"/😀", absolute: { $0 })
        #expect(text == "{\"path\": \"/\\u00fc/\\\"a\\\\b\\\"/\\ud83d\\ude00\"}")
    }

    @Test(
        "goes to hf itself",
        arguments: [
            "upload org/name .", "--version", "auth login", "download org/name --repo-type kernel", "download org/name --new-option",
        ])
    func handedOver(line: String) {
        let plan = HubLine.plan(line.split(separator: " ").map(String.init))
        guard case .handOver = plan else {
            Issue.record("\(plan)")
            return
        }
    }

    @Test(
        "is refused as hf refuses it",
        arguments: [
            ("--json", 2), ("org/name --cache-dir c --local-dir d", 1), ("org/name --repo-type models", 2), ("org/name --max-workers x", 2),
            ("org/name --max-workers 0", 1), ("org/name --json -q", 2), ("org/name --format xml", 2), ("org/name/x", 1), ("org/name@v1", 1),
            ("hf://org/name --revision v1", 1), ("hf://org/name/x y", 1), ("hf://buckets/a/b", 1), ("datasets/org/name --type dataset", 2),
            ("org/name sub/ --include *.md", 1), ("https://huggingface.co/org/name", 1), ("org/name --local-dir", 2),
        ] as [(String, Int32)])
    func refused(line: String, code: Int32) {
        let plan = HubLine.plan(["download"] + line.split(separator: " ").map(String.init))
        guard case .refuse(let words, code) = plan else {
            Issue.record("\(plan)")
            return
        }
        #expect(!words.isEmpty)
    }
}
