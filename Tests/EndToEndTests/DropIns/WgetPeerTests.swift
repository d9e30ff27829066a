import Testing

@Suite("wget's lines")
struct WgetPeerTests {
    static let shapes: [ToolLine] = [
        "wget -q -O m.bin {B}/a.bin", "wget -qO m.bin {B}/a.bin", "wget -q --output-document=m.bin {B}/a.bin", "wget -q {B}/a.bin -O m.bin",
        "wget -c {B}/a.bin -P models/", "wget -q -P models {B}/a.bin", "wget -q --directory-prefix=models {B}/a.bin {B}/b.bin",
        "wget -qnc --content-disposition --show-progress -e dotbytes=4M -P models {B}/cd/x.bin",
        "wget --max-redirect=10 --show-progress {B}/redir/x.bin -O m.bin", "wget -q -i {B}/list.txt", "wget -q -P p -i {B}/list.txt",
        "wget -nv --progress=bar:force:noscroll --tries=3 --timeout=20 --no-check-certificate {B}/a.bin",
        "wget -q -t 2 -T 10 -U Mozilla/5.0 --user-agent=x --header=X-Any:␣1 --referer={B} {B}/a.bin",
        "wget -nc -q {B}/a.bin", "wget -qc {B}/a.bin", "wget -q --continue {B}/a.bin", "wget -q --no-verbose --no-clobber {B}/a.bin",
        "wget -q --limit-rate=50M --no-hsts --no-cache -4 {B}/a.bin", "wget -q -e robots=off {B}/a.bin",
        "wget -q {B}/cd/x.bin", "wget -q --content-disposition {B}/cd/x.bin?y=z", "wget -q {B}/cd/x.bin?y=z",
        "wget -q {B}/redir/q.bin", "wget -q --content-disposition {B}/redir/q.bin", "wget -q --trust-server-names {B}/redir/q.bin",
        "wget -q --content-disposition {B}/star/x.bin",
        "wget -q {B}/odd/x.bin?type=Model&b=a/b", "wget -q {B}/odd/a%20b%2Fc.bin", "wget -q {B}/", "wget -q {B}/?q=1",
        "wget -q {B}/odd/x.bin?",
        "wget -q {B}/page/x", "wget -q -O x.html {B}/page/x", "wget -q -P d {B}/page/", "wget -q {B}/odd/a:b*c.bin",
        "wget -q {B}/a.bin#frag", "wget -q -O m.bin {B}/a.bin -P q",
    ].map { ToolLine($0) }

    @Test("write the same files as the tool", arguments: shapes)
    func land(_ row: ToolLine) async throws { try await row.expectSame() }

    static let others: [ToolLine] = [
        "wget -q -O m.bin {B}/a.bin {B}/b.bin", "wget -qO- {B}/a.bin", "wget -q -O /dev/null {B}/a.bin", "wget -q -N {B}/a.bin",
        "wget -q foo://x", "wget -q -i nolist", "wget --version", "wget -q --spider {B}/a.bin", "wget -q --post-data=x {B}/a.bin",
    ].map { ToolLine($0, isHandedOver: true) }

    @Test("that are not plain downloads are handed to the tool", arguments: others)
    func handedOver(_ row: ToolLine) async throws { try await row.expectSame() }

    static let standing: [ToolLine] = ["", " -c", " -nc", " -O a.bin", " -c -O a.bin", " -nc -O a.bin"].flatMap { options in
        [ToolPeer.Seed.beginning, .other, .longer].map { ToolLine("wget -q\(options) {B}/a.bin", ["a.bin": $0]) }
    }

    @Test("treat existing files as the tool does", arguments: standing)
    func stand(_ row: ToolLine) async throws { try await row.expectSame() }

    static let more: [ToolLine] = [
        ToolLine("wget -q --content-disposition {B}/cd/x.bin", ["named one.bin": .empty]),
        ToolLine("wget -q -nc --content-disposition {B}/cd/x.bin", ["named one.bin": .empty]),
        ToolLine("wget -q -c --content-disposition {B}/cd/x.bin", ["named one.bin": .beginning]),
        ToolLine("wget -q {B}/a.bin {B}/b.bin", ["a.bin": .empty, "a.bin.1": .empty]),
        ToolLine("wget -q {B}/a.bin {B}/final/a.bin"),
        ToolLine("wget -q -i list", ["list": .text("{B}/a.bin\n\n  {B}/b.bin\n")]),
        ToolLine("wget -q -i list", ["list": .text("http://\n{B}/a.bin\nfoo://x\n{B}/b.bin\n")]),
        ToolLine("wget -q -P p -i list {B}/final/c.bin", ["list": .text("{B}/a.bin\n{B}/b.bin")]),
        ToolLine("wget -q -O a.bin {B}/a.bin", ["a.bin": .link]),
        ToolLine("wget -q -O a.bin {B}/a.bin", ["a.bin": .folder]),
        ToolLine("wget -q {B}/a.bin", ["a.bin": .folder]),
        ToolLine("wget -q --content-disposition {B}/path/x.bin"),
        ToolLine("wget -q -O sub/m.bin {B}/a.bin"),
        ToolLine("wget -q -O sub/m.bin {B}/a.bin", ["sub": .folder]),
    ]

    @Test("number names, read lists, follow links", arguments: more)
    func numbered(_ row: ToolLine) async throws { try await row.expectSame() }

    static let failures: [ToolLine] =
        [401, 403, 404, 410, 500, 503, 429].map { ToolLine("wget -q -t 1 {B}/status/\($0)") }
        + [
            "wget -q -t 1 http://127.0.0.1:1/x", "wget -q -t 1 http://nosuch.invalid/x", "wget -q {B}/status/404 {B}/a.bin",
            "wget -q {B}/status/401 {B}/status/404", "wget -q http://127.0.0.1:1/x {B}/status/404", "wget -q --bogus {B}/a.bin", "wget -q",
            "wget -q -O /nodir/x {B}/a.bin",
        ].map { ToolLine($0) }

    /// `-O` of wget's leaves an empty file behind; ours leaves none.
    @Test("end with the tool's own codes", arguments: failures)
    func codes(_ row: ToolLine) async throws { try await row.expectSame() }
}
