import DropIns
import FetchTypes
import Testing

@Suite("aria2c's line")
struct Aria2LineTests {
    private static let url = "https://example.com/x/m.bin"

    @Test(
        "has the same meaning in every spelling",
        arguments: [
            "-c -x 16 -s 16 -k 1M -d models -o m.bin URL", "URL -c -k 1M -s 16 -x 16 -o m.bin -d models",
            "-c -x16 -s16 -k1M -dmodels -om.bin URL",
            "--continue=true --max-connection-per-server=16 --split=16 --dir=models --out=m.bin URL --console-log-level=error",
            "--continue --max-conn 16 -s 16 --min-split-size=1M URL --dir models --ou m.bin --file-allocation=none -- ",
            "-c -x 16 -s 16 -d models -o m.bin URL #the model",
        ])
    func spellings(_ line: String) throws {
        let job = try job(Aria2Line.plan(words(line, Self.url)))
        #expect(job.connections == 16)
        let download = try #require(job.downloads.first)
        #expect(job.downloads.count == 1 && download.reference == Self.url && download.mirrors.isEmpty)
        #expect(download.name == .fixed("models/m.bin") && download.directory == nil)
        #expect(download.existing == .carryOn(longer: .number(.beforeExtension)))
        #expect(job.warnings.isEmpty && job.quietness == .talks)
    }

    @Test(
        "is handed over where only aria2c can do it",
        arguments: [
            "--version", "-h", "-D URL", "--enable-rpc", "magnet:?xt=1", "https://example.com/x.torrent", "ftp://example.com/x",
            "--checksum=md5=00 URL", "--no-such-option URL", "-T x.torrent", "--dry-run URL", "--load-cookies=c URL",
        ])
    func handedOver(_ line: String) {
        guard case .handOver = Aria2Line.plan(words(line, Self.url)) else { Issue.record("not handed over"); return }
    }

    @Test("is refused where aria2c refuses it", arguments: ["-cx16 URL", "-x 17 URL", "-j none URL", "-d", "--continue=maybe URL"])
    func refused(_ line: String) {
        guard case .refuse(_, let code) = Aria2Line.plan(words(line, Self.url)) else { Issue.record("not refused"); return }
        #expect(code == 28)
    }

    @Test(
        "keeps what a file of that name is to be",
        arguments: [
            ("", .number(.beforeExtension)), ("--auto-file-renaming=false", .refuse), ("--allow-overwrite", .overwrite),
            ("-c --allow-overwrite=true", .carryOn(longer: .overwrite)), ("-c --auto-file-renaming=false", .carryOn(longer: .refuse)),
            ("--continue=false", .number(.beforeExtension)),
        ] as [(String, ExistingFilePolicy)])
    func existing(_ options: String, _ rule: ExistingFilePolicy) throws {
        let job = try job(Aria2Line.plan(words(options + " URL", Self.url)))
        #expect(job.downloads[0].existing == rule)
        #expect(job.downloads[0].name == .byRule(.aria2))
    }

    @Test("reads a list with its options, and forgets the line's own URIs")
    func list() throws {
        let job = try job(Aria2Line.plan(words("-i list -d base -o none -c URL", Self.url)))
        #expect(job.downloads.isEmpty)
        let list = try #require(job.list)
        #expect(list.source == "list")
        let downloads = try list.read(
            "# all\nhttps://a.example/1\thttps://b.example/1\r\n  out=one.bin\n\tdir=there\n\nhttps://a.example/2\n header=X-Any: 1\n"
        ).downloads
        #expect(downloads.map(\.reference) == ["https://a.example/1", "https://a.example/2"])
        #expect(downloads[0].mirrors == ["https://b.example/1"] && downloads[0].name == .fixed("there/one.bin"))
        #expect(downloads[1].name == .byRule(.aria2) && downloads[1].directory == "base" && downloads[1].headers.map(\.name) == ["X-Any"])
    }

    @Test("ignores what aria2 ignores in a list, and hands over what only aria2 supports")
    func oddList() throws {
        let list = try #require(try job(Aria2Line.plan(["-i", "list"])).list)
        let odd = try list.read(
            "  https://a.example/1\n no-such=1\n OUT=x\n out = o.bin \nfoo\n  out=p\n\thttps://a.example/2\nhttps://a.example/3\n")
        #expect(odd.downloads.map(\.reference) == ["https://a.example/1", "https://a.example/3"])
        #expect(odd.downloads[0].name == .fixed("./o.bin") && odd.downloads[1].name == .byRule(.aria2))
        #expect(odd.warnings.count == 3 && odd.failures.isEmpty && odd.handOver == nil)
        for text in ["magnet:?x", "ftp://a.example/x", "https://a.example/x.torrent", "https://a.example/1\n checksum=md5=00"] {
            let left = try list.read("https://a.example/0\n" + text + "\n")
            #expect(left.downloads.map(\.reference) == ["https://a.example/0"] && left.handOver != nil && left.failures.count == 1)
        }
    }

    @Test("takes several URIs for mirrors, with -Z for files")
    func several() throws {
        let mirrors = try job(Aria2Line.plan([Self.url, "https://b.example/m", "-o", "x"]))
        #expect(mirrors.downloads.map(\.mirrors) == [["https://b.example/m"]])
        let files = try job(Aria2Line.plan(["-Z", Self.url, "https://b.example/m", "-o", "x"]))
        #expect(files.downloads.map(\.name) == [.byRule(.aria2), .byRule(.aria2)])
    }

    @Test("carries pace and timeout over")
    func pace() throws {
        let line = "-x8 -s4 -j3 -m 10 --retry-wait=5 --connect-timeout=7 --max-download-limit=2M --max-overall-download-limit=1M -q URL"
        let job = try job(Aria2Line.plan(words(line, Self.url)))
        #expect(job.connections == 4 && job.jobs == 3 && job.retries == 9 && job.retryDelay == 5 && job.connectTimeout == 7)
        #expect(job.limitRate?.bytes == 1 << 20 && job.quietness == .errors)
    }

    @Test("keeps a proxy to its scheme")
    func proxies() throws {
        let job = try job(Aria2Line.plan(["--all-proxy=http://a:1", "--https-proxy=http://b:1", Self.url]))
        #expect(job.proxy?.reveal() == "http://a:1" && job.schemeProxies.mapValues { $0.reveal() } == ["https": "http://b:1"])
    }

    @Test(
        "ends with aria2's codes",
        arguments: [
            (.notFound, nil, nil, 3), (.needsLogin, nil, nil, 24), (.gated, nil, nil, 22), (.unreachable, nil, .nameResolution, 19),
            (.unreachable, nil, .connect, 1), (.server, nil, .timeout, 2), (.server, 503, nil, 29), (.diskFull, nil, nil, 9),
            (.exists, nil, nil, 13),
            (.checksum, nil, nil, 32), (.interrupted, nil, nil, 7),
        ] as [(FailureKind, Int?, TransportFault.Kind?, Int32)])
    func codes(_ kind: FailureKind, _ status: Int?, _ fault: TransportFault.Kind?, _ code: Int32) {
        var failure = Failure(kind, "it failed.")
        failure.status = status
        failure.fault = fault
        #expect(Aria2Line.exitCode([nil, failure, nil]) == code)
        #expect(Aria2Line.exitCode([nil, nil]) == 0)
    }
}

/// A line's words; `URL` is the link.
func words(_ line: String, _ url: String) -> [String] { line.split(separator: " ").map { $0 == "URL" ? url : String($0) } }

/// What a plan fetches.
func job(_ plan: DropInPlan) throws -> DropInJob {
    guard case .fetch(let job) = plan else {
        Issue.record("\(plan)")
        throw CancellationError()
    }
    return job
}
