import Foundation
import Testing

@Suite("aria2c's lines")
struct Aria2PeerTests {
    static let shapes: [ToolLine] = [
        "aria2c --console-log-level=error -c -x 16 -s 16 -k 1M {B}/a.bin -d models -o m.bin",
        "aria2c --console-log-level=warn -c -x16 -s16 -k1M -j5 -d models -o m.bin {B}/a.bin",
        "aria2c {B}/a.bin -c -k 1M -s 16 -x 16 --dir=models --out=m.bin -q",
        "aria2c -q -d models -o /m.bin {B}/a.bin",
        "aria2c -q -o sub/m.bin {B}/a.bin",
        "aria2c -q --continue=true --auto-file-renaming=false --allow-overwrite=true {B}/a.bin",
        "aria2c -q --file-allocation=none --summary-interval=1 --download-result=hide --stderr=true {B}/a.bin",
        "aria2c -q -m 10 --retry-wait=5 --timeout=60 --connect-timeout=10 --check-certificate=false {B}/a.bin",
        "aria2c -q --max-tries=3 --max-overall-download-limit=50M --max-download-limit=0 {B}/a.bin",
        "aria2c -q -U Mozilla/5.0 --referer={B} --header=X-Any:␣1 {B}/a.bin",
        "aria2c -q --user-agent=wget --no-conf --split=4 --min-split-size=1M {B}/a.bin",
        "aria2c -q {B}/cd/x.bin", "aria2c -q {B}/redir/x.bin", "aria2c -q {B}/a.bin?x=1&y=2", "aria2c -q {B}/",
        "aria2c -q {B}/odd/a%20b.bin", "aria2c -q {B}/odd/a%2Fb.bin",
        "aria2c -q {B}/a.bin {B}/final/other.bin", "aria2c -q {B}/status/404 {B}/a.bin", "aria2c -q -Z {B}/a.bin {B}/b.bin",
        "aria2c -q -Z -o n.bin {B}/a.bin {B}/b.bin", "aria2c -q -Z {B}/a.bin {B}/status/404",
        "aria2c -q -o one.bin -o two.bin -d x -d y {B}/a.bin",
    ].map { ToolLine($0) }

    @Test("write the same files as the tool", arguments: shapes)
    func land(_ row: ToolLine) async throws { try await row.expectSame() }

    static let standing: [ToolLine] = ["", " -c", " --allow-overwrite=true", " --auto-file-renaming=false", " -c --allow-overwrite=true"]
        .flatMap { options in
            [ToolPeer.Seed.beginning, .other, .longer].map { ToolLine("aria2c -q\(options) {B}/a.bin", ["a.bin": $0]) }
        }

    @Test("treat existing files as the tool does", arguments: standing)
    func stand(_ row: ToolLine) async throws { try await row.expectSame() }

    static let more: [ToolLine] = [
        ToolLine("aria2c -q -c --auto-file-renaming=false {B}/a.bin", ["a.bin": .longer]),
        ToolLine("aria2c -q {B}/a.bin", ["a.bin": .empty, "a.1.bin": .empty]),
        ToolLine("aria2c -q -d file {B}/a.bin", ["file": .empty]),
        ToolLine("aria2c -q -o noending {B}/a.bin", ["noending": .empty]),
        ToolLine("aria2c -q -o x.tar.gz {B}/a.bin", ["x.tar.gz": .empty]),
        ToolLine("aria2c -q -i list -d base", ["list": .text("# all\n{B}/a.bin\n  out=q.bin\n  dir=zz\n\n{B}/b.bin\n")]),
        ToolLine("aria2c -q -i list -j2 -c", ["list": .text("{B}/a.bin\t{B}/final/other.bin\r\n\tout=sub/q.bin\r\n{B}/b.bin\r\n")]),
        ToolLine("aria2c -q --input-file=list {B}/b.bin", ["list": .text("{B}/a.bin\n out=q.bin\n")]),
        ToolLine("aria2c -q -i list", ["list": .text("{B}/a.bin\n out=q.bin\n{B}/status/404\n")]),
        ToolLine("aria2c -q -i list", ["list": .text("foo\n  out=f.bin\n{B}/a.bin\n bogus=1\n OUT=o\n")]),
        ToolLine("aria2c -q -i list", ["list": .text("  {B}/a.bin\n out = o.bin \n  {B}/b.bin\n{B}/b.bin\n")]),
        ToolLine("aria2c -q -c {B}/a.bin", ["a.bin": .folder], code: 13),
    ]

    @Test("number names, read lists", arguments: more)
    func numbered(_ row: ToolLine) async throws { try await row.expectSame() }

    static let failures: [ToolLine] =
        [401, 403, 404, 410, 500, 503, 429].map { ToolLine("aria2c -q -m 1 {B}/status/\($0)") }
        + [
            "aria2c -q -m 1 http://127.0.0.1:1/x", "aria2c -q http://nosuch.invalid/x", "aria2c -q -m 1 https://127.0.0.1:{P}/x",
            "aria2c -q --bogus", "aria2c -q", "aria2c -q -j x {B}/a.bin", "aria2c -q -x 20 {B}/a.bin", "aria2c -q -d /proc/x {B}/a.bin",

        ].map { ToolLine($0) }

    @Test("end with the tool's own codes", arguments: failures)
    func codes(_ row: ToolLine) async throws { try await row.expectSame() }

    static let others: [ToolLine] = ["aria2c -q foo://x", "aria2c -q -i nolist", "aria2c --version", "aria2c -h#basic"].map {
        ToolLine($0, isHandedOver: true)
    }

    @Test("that are not plain downloads are handed to the tool", arguments: others)
    func handedOver(_ row: ToolLine) async throws { try await row.expectSame() }

    @Test("check a demanded hash, and leave nothing under the name that has another")
    func checksum() async throws {
        try await ToolPeer.with { peer in
            let wrong = String(repeating: "0", count: 64)
            let (result, _) = try await peer.ours("aria2c -q --checksum=sha-256=\(wrong) {B}/a.bin")
            #expect(result == ToolPeer.Result(code: 32, files: [:]))
        }
    }

    /// aria2c leaves the folder behind.
    @Test("end as aria2c's where the name is that of a folder")
    func folderName() async throws {
        try await ToolPeer.with { peer in
            let (result, _) = try await peer.ours("aria2c -q -o m/ {B}/a.bin")
            #expect(result == ToolPeer.Result(code: 16, files: [:]))
        }
    }

    @Test("carry on with what aria2c itself left, its control file included")
    func controlFile() async throws {
        try await ToolPeer.with { peer in
            let folder = peer.box.path("real")
            _ = try await peer.real("aria2c --version")
            _ = try await peer.real("aria2c -q --max-overall-download-limit=50K --stop=2 -x1 {B}/a.bin")
            guard peer.box.exists("real/a.bin.aria2") else { return }
            let again = try await Fetchctl.run(
                peer.words("aria2c -x 2 {B}/a.bin"), environment: peer.environment, cwd: folder)
            again.expectSuccess()
            #expect(peer.box.data("real/a.bin") == ToolPeer.first)
            #expect(peer.box.files == ["real/a.bin"])
            #expect(again.stderr.contains("carrying on"))
        }
    }

    @Test("start the hook with a number, one and the path")
    func hook() async throws {
        try await ToolPeer.with { peer in
            for line in [
                "aria2c -q -d d --on-download-complete=./hook {B}/a.bin", "aria2c -q -o n.bin --on-download-complete=./hook {B}/a.bin",
            ] {
                for isReal in [true, false] {
                    let folder = isReal ? "real" : "ours"
                    let hook = "\(peer.box.work)/hook"
                    try peer.box.write("#!/bin/sh\necho \"$2 $3 ${#1}\" > told~ && mv told~ told\n", to: "hook")
                    chmod(hook, 0o755)
                    let words = line.replacing("./hook", with: hook)
                    if isReal { guard try await peer.real(words) != nil else { continue } } else { _ = try await peer.ours(words) }
                    let isTold = await eventually { peer.box.exists("\(folder)/told") }
                    try #require(isTold)
                    let told = String(decoding: peer.box.data("\(folder)/told") ?? .init(), as: UTF8.self)
                    let path = line.contains("-d d") ? "d/a.bin" : "\(peer.box.work)/\(folder)/n.bin"
                    #expect(told == "1 \(path) 16\n")
                }
            }
        }
    }
}
