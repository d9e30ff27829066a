import Foundation
import Testing

@Suite("A replaced tool's configuration file")
struct ToolConfigurationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        let text: String
        let line: String
        var isHandedOver = false
        var testDescription: String { "\(file): \(text.debugDescription) \(line)" }
    }

    static let rows: [Row] = [
        Row(file: ".wgetrc", text: "dir_prefix = d\n# a comment\nRobots=off\n", line: "wget -q {B}/a.bin"),
        Row(file: ".wgetrc", text: "dir-prefix = d\nquiet = on\n", line: "wget -P e {B}/a.bin"),
        Row(file: ".wgetrc", text: "ContentDisposition=on\nuser_agent = x y\nheader = X-Any: 1\n", line: "wget -q {B}/cd/x.bin"),
        Row(file: ".wgetrc", text: "dir_prefix = d\n", line: "wget -q --no-config {B}/a.bin"),
        Row(file: ".wgetrc", text: "timestamping = on\n", line: "wget -q {B}/a.bin", isHandedOver: true),
        Row(file: ".wgetrc", text: "accept = *.txt\n", line: "wget -q {B}/a.bin", isHandedOver: true),
        Row(file: ".wgetrc", text: "output_document = m\n", line: "wget -q {B}/a.bin"),
        Row(file: ".wgetrc", text: "http_proxy = http://127.0.0.1:1\nuse_proxy = on\n", line: "wget -q -t 1 http://h.invalid/x"),
        Row(file: ".curlrc", text: "# c\nremote-name\n", line: "curl -s {B}/a.bin"),
        Row(file: ".curlrc", text: "-o \"m␣n\"\nuser-agent = \"x\"\n", line: "curl -s {B}/a.bin"),
        Row(file: ".curlrc", text: "output: m\n--create-dirs\noutput-dir = d\n", line: "curl -s {B}/a.bin"),
        Row(file: ".curlrc", text: "remote-name\n", line: "curl -q -s -o m {B}/a.bin"),
        Row(file: ".curlrc", text: "write-out = \"x\"\n", line: "curl -s -o m {B}/a.bin", isHandedOver: true),
        Row(file: ".config/curlrc", text: "remote-name\n", line: "curl -s {B}/a.bin"),
    ]

    @Test("is applied as by the tool, or the line is handed to the tool", arguments: rows)
    func same(_ row: Row) async throws {
        try await ToolPeer.with { peer in
            let path = "\(peer.box.home)/\(row.file)"
            try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(row.text.replacing("␣", with: " ").utf8).write(to: URL(fileURLWithPath: path))
            guard let (real, said) = try await peer.real(row.line) else { return }
            let (ours, outcome) = try await peer.ours(row.line, environment: row.isHandedOver ? [:] : ["PATH": "/nowhere"])
            #expect(ours == real, "real: \(said.story)\nours: \(outcome.story)")
        }
    }
}
