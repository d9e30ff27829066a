import Testing

@Suite("curl's lines")
struct CurlPeerTests {
    static let shapes: [ToolLine] = [
        "curl -Lo m.bin {B}/a.bin", "curl -sLo m.bin {B}/redir/x.bin", "curl -fSL --max-redirs 10 -H X-Any:␣1 -o m.bin {B}/a.bin",
        "curl -#JL {B}/cd/x.bin -o m.bin", "curl -s -L --output m.bin {B}/a.bin",
        "curl --location --silent --fail {B}/a.bin --output m.bin",
        "curl -sO {B}/a.bin", "curl -sLO {B}/redir/q.bin", "curl -sLOJ {B}/cd/x.bin", "curl -sLOJ {B}/redir/q.bin", "curl -sOJ {B}/a.bin",
        "curl -sOJ {B}/path/x.bin", "curl -sLO {B}/odd/ü.bin", "curl -sLO {B}/odd/ü/a.bin?ü", "curl -s -O {B}/cd/x.bin",
        "curl -s -O {B}/odd/a%20b.bin?x=1", "curl -s -O {B}/odd/a+b.bin", "curl -sO {B}/a.bin#frag",
        "curl -s -O {B}/a.bin -O {B}/b.bin", "curl -s --remote-name-all {B}/a.bin {B}/b.bin", "curl -s -o x -o y {B}/a.bin {B}/b.bin",
        "curl -s --url {B}/a.bin -o x",
        "curl -s --create-dirs --output-dir d -O {B}/a.bin", "curl -s --output-dir d -O {B}/a.bin", "curl -s -o d/x {B}/a.bin",
        "curl -s --create-dirs -o d/x {B}/a.bin", "curl -sSfL -A Mozilla/5.0 -e {B} --retry 3 --retry-delay 1 -k -o x {B}/a.bin",
        "curl -sL --connect-timeout 5 -m 60 --compressed --http1.1 --limit-rate 50M -o x {B}/a.bin", "curl -sZ -O {B}/a.bin -O {B}/b.bin",
        "curl -sLo x {B}/a.bin -X GET -b a=b -u user:word", "curl -s --oauth2-bearer abc -o x {B}/a.bin", "curl -sg -o x {B}/a.bin",
        "curl -sLo page {B}/page/x", "curl -sOJ {B}/star/x.bin", "curl -sOJ {B}/both/x.bin",
        "curl -s --no-progress-meter -o x -q {B}/a.bin", "curl -sLJO -o n.bin {B}/cd/x.bin",
    ].map { ToolLine($0) }

    @Test("write the same files as the tool", arguments: shapes)
    func land(_ row: ToolLine) async throws { try await row.expectSame() }

    static let others: [ToolLine] = [
        "curl -s {B}/a.bin", "curl -s -r 0-99 -O {B}/a.bin", "curl -s -o - {B}/a.bin", "curl -s -o /dev/null {B}/a.bin",
        "curl -s -I -o /dev/null {B}/a.bin", "curl -s -o #1_x {B}/{a,b}.bin", "curl -s -C 1000 -O {B}/a.bin",
        "curl -s -d x -o x {B}/status/404",
        "curl -s -o x foo://x", "curl -sL --max-redirs 0 -o x {B}/redir/q.bin", "curl -s -o x {B}/a.bin --next -o y {B}/b.bin",
        "curl -s -O {B}/a.bin {B}/b.bin", "curl --version", "curl -s -o x -w %{http_code} {B}/a.bin",
    ].map { ToolLine($0, isHandedOver: true) }

    @Test("that are not plain downloads are handed to the tool", arguments: others)
    func handedOver(_ row: ToolLine) async throws { try await row.expectSame() }

    static let standing: [ToolLine] = ["-O", "-o a.bin", "-OJ", "-C - -O", "-C - -o a.bin", "--no-clobber -O"].flatMap { options in
        [ToolPeer.Seed.beginning, .other, .longer].map { ToolLine("curl -s \(options) {B}/a.bin", ["a.bin": $0]) }
    }

    @Test("treat existing files as the tool does", arguments: standing)
    func stand(_ row: ToolLine) async throws { try await row.expectSame() }

    static let more: [ToolLine] = [
        ToolLine("curl -s -OJ {B}/cd/x.bin", ["named one.bin": .empty]),
        ToolLine("curl -s -o a.bin {B}/a.bin", ["a.bin": .link]),
        ToolLine("curl -s -O {B}/a.bin", ["a.bin": .folder]),
        ToolLine("curl -s -C - -f -O {B}/a.bin", ["a.bin": .beginning]),
        // A file that is complete is a success here.
        ToolLine("curl -s -C - -f -O {B}/a.bin", ["a.bin": .other], code: 0),
    ]

    @Test("refuse to replace what the server names, follow links", arguments: more)
    func numbered(_ row: ToolLine) async throws { try await row.expectSame() }

    static let failures: [ToolLine] =
        [401, 403, 404, 410, 416, 429, 500, 503].map { ToolLine("curl -sf -o x {B}/status/\($0)") }
        + [
            "curl -s -o x http://127.0.0.1:1/x", "curl -s -o x http://nosuch.invalid/x", "curl -s --bogus x",
            "curl -s",
            "curl -s -o /nodir/x {B}/a.bin", "curl -s -o", "curl -sf -o x {B}/status/404 -o y {B}/a.bin",
            "curl -sf -o x {B}/a.bin -o y {B}/status/404", "curl -s -O {B}/", "curl -s -C - -OJ {B}/a.bin",
            "curl -s -o dir/ {B}/a.bin", "curl -s -o x -x http://127.0.0.1:1 http://h.example/x",
            "curl -s -o x -x http://127.0.0.1:1 https://h.example/x", "curl -s -o x -x socks5://127.0.0.1:1 http://h.example/x",
            "curl -s -o x -x http://nosuch.invalid:1 http://h.example/x", "curl -s -o x -x {B} https://h.example/x",
        ].map { ToolLine($0) }

    @Test("end with the tool's own codes", arguments: failures)
    func codes(_ row: ToolLine) async throws { try await row.expectSame() }

    @Test("fail where curl would have kept an error's page as the file")
    func errorPage() async throws {
        try await ToolPeer.with { peer in
            let (result, _) = try await peer.ours("curl -sL -o model.safetensors {B}/status/404")
            #expect(result == ToolPeer.Result(code: 22, files: [:]))
            let (page, _) = try await peer.ours("curl -sL -o model.safetensors {B}/page/x")
            #expect(page == ToolPeer.Result(code: 22, files: [:]))
        }
    }
}
