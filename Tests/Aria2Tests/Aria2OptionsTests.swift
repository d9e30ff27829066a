import FetchTypes
import Foundation
import Testing

@testable import Aria2

@Suite("The tuning file")
struct OptionsTests {
    @Test func `at the top of the repository is the one that is built in`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("aria2.conf"), encoding: .utf8)
        #expect(text == Aria2Options.builtInText)
    }

    @Test func `that is built in is taken whole`() {
        #expect(Aria2Options.builtIn.warnings.isEmpty)
        #expect(Aria2Options.builtIn.options.count == 16)
        #expect(Aria2Options.builtIn.pairs.contains { $0 == ("auto-save-interval", "1") })
    }

    @Test func `has comments, blank lines and spaces, and later lines win`() throws {
        let options = try Aria2Options(
            parsing: "# a comment = x\r\n\r\n  timeout = 10 \n#timeout=5\n\ttimeout=20\ndisk-cache=64M", fileName: "aria2.conf")
        #expect(options.options == [.init(name: "timeout", value: "20", line: 5), .init(name: "disk-cache", value: "64M", line: 6)])
        #expect(options.warnings.isEmpty)
    }

    @Test(arguments: [
        "enable-rpc", "rpc-secret", "rpc-listen-all", "rpc-listen-port", "on-download-complete", "on-bt-download-complete",
        "check-certificate",
        "ca-certificate", "private-key", "header", "referer", "save-session", "netrc-path", "no-netrc", "dir", "out", "log", "input-file",
        "conf-path", "all-proxy", "https-proxy", "no-proxy", "http-user", "http-passwd", "all-proxy-passwd", "load-cookies", "save-cookies",
        "index-out", "server-stat-of", "bt-tracker", "dht-file-path", "ftp-user",
    ])
    func `opens nothing to others`(name: String) throws {
        let options = try Aria2Options(parsing: "timeout=10\n\(name)=secret-value", fileName: "/x/aria2.conf")
        #expect(options.options.map(\.name) == ["timeout"])
        let warning = try #require(options.warnings.first)
        #expect(warning.hasPrefix("/x/aria2.conf, line 2: \(name) is ignored: it is not tuning"))
        #expect(!warning.contains("secret-value"))
    }

    @Test(arguments: [
        ("split=16", "for every download"), ("piece-length=1M", "for every download"),
        ("max-overall-download-limit=1M", "for every download"),
        ("allow-overwrite=true", "sets it itself"), ("continue=true", "sets it itself"), ("quiet=true", "sets it itself"),
        ("daemon=true", "sets it itself"), ("tiemout=10", "no such tuning option"),
    ])
    func `does not decide what is decided elsewhere, and says so`(line: String, reason: String) throws {
        let options = try Aria2Options(parsing: line, fileName: "f")
        #expect(options.options.isEmpty)
        #expect(options.warnings.count == 1 && options.warnings[0].contains(reason))
    }

    @Test(arguments: [
        ("timeout", "timeout"), ("timeout 10", "timeout 10"), ("=10", "=10"), ("time out=10", "time out=10"),
        ("timeout=soon", "timeout"), ("timeout=", "timeout"), ("timeout=0", "timeout"), ("max-tries=0", "max-tries"),
        ("always-resume=false", "always-resume"), ("http-accept-gzip=true", "http-accept-gzip"), ("disk-cache=16X", "disk-cache"),
        ("disk-cache=-1", "disk-cache"), ("disk-cache=99999999999999999999M", "disk-cache"), ("file-allocation=NONE", "file-allocation"),
        ("async-dns=yes", "async-dns"), ("interface=", "interface"), ("interface=a\u{1}b", "interface"),
    ])
    func `with a wrong line is refused, naming file, key and line`(line: String, key: String) throws {
        let failure = try #require(throws: Failure.self) { try Aria2Options(parsing: "\n# x\n\(line)\n", fileName: "/x/aria2.conf") }
        #expect(failure.kind == .config && failure.code == .configuration)
        #expect(failure.message == "/x/aria2.conf, line 3: \(key) is wrong.")
    }

    @Test func `is named when aria2c itself does not accept a value`() throws {
        let options = try Aria2Options(parsing: "\ninterface=nowhere0", fileName: "f")
        #expect(options.failure(forOption: "interface")?.message == "f, line 2: interface is wrong.")
        #expect(options.failure(forOption: "timeout") == nil)
    }

    @Test func `comes first in aria2c's configuration, and nothing in it can start a line of its own`() throws {
        var launch = Aria2Launch(
            executable: Aria2Executable(path: "/bin/true", version: "1.36.0"), options: [("all-proxy", "http://u:p@h:1")],
            userAgent: "fetchctl/1", environment: ["PATH": "/bin", "HF_TOKEN": "x", "LANG": "de_DE.UTF-8", "TMPDIR": "relative"])
        let text = try #require(launch.configuration(port: 1234, secret: Secret("s3cret")))
        let names = text.split(separator: "\n").map { $0.prefix { $0 != "=" } }
        #expect(Set(names).count == names.count)
        #expect(text.hasSuffix("rpc-listen-port=1234\nrpc-secret=s3cret\n"))
        #expect(launch.arguments == ["--conf-path=/dev/stdin"])
        #expect(launch.childEnvironment == ["PATH": "/bin", "TMPDIR": "relative", "LC_ALL": "C", "FETCHCTL_HANDED_OVER": "*"])
        #expect(!launch.temporaryDirectories.contains("relative"))
        launch.options = [("all-proxy", "http://h\non-download-complete=/bin/sh")]
        #expect(launch.configuration(port: 1234, secret: Secret("s")) == nil)
    }
}

@Suite("A job's options")
struct JobOptionsTests {
    private func options(name: String = "a.part", directory: String = "/d", connections: Int = 4, pieceLength: Int = 1 << 24) throws
        -> Aria2JobOptions
    {
        try Aria2JobOptions(gid: Aria2GID(255), directory: directory, fileName: name, connections: connections, pieceLength: pieceLength)
    }

    @Test func `are strings by aria2's names`() throws {
        var options = try Aria2JobOptions(
            gid: Aria2GID(255), directory: "/d", fileName: "a.part", connections: 4, pieceLength: 1 << 24, minimumSplit: 1,
            fileAllocation: .falloc, rateLimit: 1000)
        options.set("all-proxy", "http://h:1")
        #expect(
            options.pairs == [
                "gid": "00000000000000ff", "dir": "/d", "out": "a.part", "split": "4", "max-connection-per-server": "4",
                "piece-length": "16777216", "min-split-size": "1048576", "file-allocation": "falloc", "max-download-limit": "1000",
                "all-proxy": "http://h:1",
            ])
    }

    @Test(arguments: [(0, "1"), (-5, "1"), (1, "1"), (16, "16"), (17, "16"), (64, "16")])
    func `stay within aria2's sixteen connections`(connections: Int, expected: String) throws {
        let pairs = try options(connections: connections).pairs
        #expect(pairs["split"] == expected && pairs["max-connection-per-server"] == expected)
    }

    @Test(arguments: ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\nb", "a\u{0}b", "x/", "\u{7f}"])
    func `name a file in the folder and nothing else`(name: String) {
        #expect(throws: Aria2JobOptions.Invalid.fileName(name)) { try options(name: name) }
    }

    @Test(arguments: ["", "relative", "./x", "/a\nheader=x"])
    func `need an absolute folder`(directory: String) {
        #expect(throws: Aria2JobOptions.Invalid.directory(directory)) { try options(directory: directory) }
    }

    @Test(arguments: [0, 1 << 20 - 1, 1 << 30 + 1])
    func `need a piece that aria2 can do`(length: Int) {
        #expect(throws: Aria2JobOptions.Invalid.pieceLength(length)) { try options(pieceLength: length) }
    }

    @Test(arguments: [
        ("00000000000000FF", "00000000000000ff"), ("0000000000000000", nil), ("ff", nil), ("+0000000000000ff", nil),
        ("00000000000000fg", nil),
    ])
    func `have a name of sixteen digits`(text: String, hex: String?) {
        #expect(Aria2GID(hex: text)?.hex == hex)
    }
}
