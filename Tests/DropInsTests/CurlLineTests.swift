import DropIns
import FetchTypes
import Testing

@Suite("curl's line")
struct CurlLineTests {
    private static let url = "https://example.com/x/m.bin?a=b"

    @Test(
        "with -o names the file, in every spelling",
        arguments: [
            "-Lo sub/m.bin URL", "-fSL --max-redirs 10 -H Authorization:x -o sub/m.bin URL", "-#JL URL -o sub/m.bin",
            "--location --output sub/m.bin URL",
            "-LJosub/m.bin URL", "--output-dir sub -o m.bin URL", "-o sub/m.bin --url URL", "--location --output sub/m.bin --no-fail URL",
        ])
    func output(_ line: String) throws {
        let job = try job(CurlLine.plan(words(line, Self.url)))
        #expect(job.downloads.count == 1 && job.downloads[0].name == .fixed("sub/m.bin") && job.downloads[0].reference == Self.url)
        #expect(job.downloads[0].existing == .overwrite && !job.downloads[0].makesFolder)
    }

    @Test(
        "with -O takes the URL's name, with -J the server's first",
        arguments: [("-O", "m.bin"), ("-OJ", "given"), ("--remote-name --remote-header-name", "given"), ("--remote-name-all", "m.bin")])
    func remoteName(_ options: String, _ name: String) throws {
        let download = try job(CurlLine.plan(words(options + " URL", Self.url))).downloads[0]
        switch download.name {
        case .fixed(let fixed): #expect(fixed == name)
        case .byRule(let rule):
            #expect(rule.name(ServedName(path: "path", given: "given", url: nil)) == name)
            #expect(rule.name(ServedName(path: "path", given: nil, url: nil)) == "m.bin")
            #expect(download.servedFilePolicy == .refuse)
        }
    }

    @Test(
        "takes of a name what follows the last slash",
        arguments: [("sub/evil.bin", "evil.bin"), ("..\\..\\evil.bin", "evil.bin"), ("/", "m.bin"), ("a b", "a b")])
    func bareNames(_ given: String, _ name: String) throws {
        let download = try job(CurlLine.plan(["-OJ", Self.url])).downloads[0]
        guard case .byRule(let rule) = download.name else { Issue.record("no rule"); return }
        #expect(rule.name(ServedName(path: "path", given: given, url: nil)) == name)
    }

    @Test("gives each URL the next name")
    func several() throws {
        let job = try job(CurlLine.plan(["-o", "a", "https://e.org/1", "-O", "https://e.org/2"]))
        #expect(job.downloads.map(\.name) == [.fixed("a"), .fixed("2")])
    }

    @Test(
        "is handed over where only curl can do it",
        arguments: [
            "URL", "-o a URL URL", "-o - URL", "-o /dev/null URL", "-r 0-99 -o a URL", "-C 100 -o a URL", "-d x -o a URL", "-I -o a URL",
            "-X POST -o a URL",
            "-w x -o a URL", "-K file", "-o a https://e.org/{1,2}", "-o a ftp://e.org/x", "--version", "--no-such -o a URL", "-T f URL",
            "--next -o a URL",
            "-H @file -o a URL", "-b file -o a URL", "--output=a URL",
        ])
    func handedOver(_ line: String) {
        guard case .handOver = CurlLine.plan(words(line, Self.url)) else { Issue.record("not handed over"); return }
    }

    @Test(
        "is as loud as curl",
        arguments: [("-s", .silent), ("-sS", .errors), ("", .talks), ("-S", .talks), ("-fsSL", .errors)] as [(String, DropInJob.Quietness)])
    func quietness(_ options: String, _ quietness: DropInJob.Quietness) throws {
        #expect(try job(CurlLine.plan(words(options + " -o a URL", Self.url))).quietness == quietness)
        // A refused line too.
        #expect(CurlLine.isSilent(words(options + " -o", Self.url)) == (quietness == .silent))
    }

    @Test("carries headers, pace and timeout over")
    func terms() throws {
        let line =
            "-o a -H X-Any:1 --oauth2-bearer abc -e ref -b a=b -b c=d -u user:word -A agent -k --retry 4 --retry-delay 2 -m 60 --limit-rate 1M URL"
        let job = try job(CurlLine.plan(words(line, Self.url)))
        #expect(job.downloads[0].headers.map(\.name) == ["X-Any", "Authorization", "Authorization", "Referer", "Cookie"])
        #expect(job.downloads[0].headers.map { $0.value.reveal() } == ["1", "Bearer abc", "Basic dXNlcjp3b3Jk", "ref", "a=b; c=d"])
        #expect(job.userAgent == "agent" && job.acceptsAnyCertificate && job.retries == 4 && job.retryDelay == 2 && job.maximumTime == 60)
        #expect(job.limitRate?.bytes == 1 << 20)
        #expect(!"\(job.downloads[0].headers)".contains("abc"))
    }

    @Test("ends with the code of its last transfer")
    func codes() {
        var missing = Failure(.notFound, "no.")
        missing.status = 404
        var unknown = Failure(.unreachable, "no.")
        unknown.fault = .nameResolution
        #expect(CurlLine.exitCode([missing, nil]) == 0)
        #expect(CurlLine.exitCode([nil, missing]) == 22)
        #expect(CurlLine.exitCode([missing, unknown]) == 6)
        #expect(CurlLine.exitCode([Failure(.exists, "no.")]) == 23)
    }
}
