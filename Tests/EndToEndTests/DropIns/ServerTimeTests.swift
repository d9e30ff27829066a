import Foundation
import Testing

@Suite("The time of a file")
struct ServerTimeTests {
    /// The time that the server's files have: 2021-03-04 05:06:07 UTC.
    private static let served = 1_614_834_367

    /// Whose time a file has.
    private enum Age: String { case served, new }

    static let lines: [ToolLine] =
        [
            "wget -q {B}/a.bin", "wget -q -O m {B}/a.bin", "wget -q -P d {B}/a.bin {B}/b.bin", "wget -q {B}/empty.bin",
            "wget -q --no-use-server-timestamps {B}/a.bin", "wget -q -e use_server_timestamps=off {B}/a.bin",
            "wget -q --content-disposition {B}/cd/x.bin", "wget -q {B}/redir/x.bin", "wget -q {B}/undated/x.bin",
            "wget -q -i {B}/list.txt", "curl -sO {B}/a.bin", "curl -sRO {B}/a.bin", "curl -sR -o m {B}/empty.bin",
            "curl -s --remote-time -OJ {B}/cd/x.bin", "curl -sR --no-remote-time -O {B}/a.bin", "curl -sRo m {B}/undated/x.bin",
            "aria2c -q {B}/a.bin", "aria2c -q -R {B}/a.bin", "aria2c -q --remote-time=true -o m {B}/a.bin",
            "aria2c -q --remote-time=false {B}/a.bin",
        ].map { ToolLine($0) } + [
            ToolLine("wget -q -c {B}/a.bin", ["a.bin": .beginning]), ToolLine("wget -q -c {B}/a.bin", ["a.bin": .other]),
            ToolLine("wget -q -nc {B}/a.bin", ["a.bin": .empty]), ToolLine("wget -q -O a.bin {B}/a.bin", ["a.bin": .other]),
            ToolLine("curl -sR -C - -O {B}/a.bin", ["a.bin": .beginning]), ToolLine("aria2c -q -c -R {B}/a.bin", ["a.bin": .beginning]),
            ToolLine("aria2c -q -i list", ["list": .text("{B}/a.bin\n remote-time=true\n{B}/b.bin\n")]),
        ]

    @Test("is the server's where the tool gives it that one, with both engines", arguments: lines)
    func times(_ row: ToolLine) async throws {
        try await ToolPeer.with { peer in
            for name in ["a.bin", "b.bin", "list.txt", "empty.bin"] {
                let date = Date(timeIntervalSince1970: Double(Self.served))
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(peer.root)/\(name)")
            }
            guard try await peer.real(row.line, row.seeds) != nil else { return }
            let wanted = try ages(peer, "real")
            for engine in ["builtin", "aria2"] {
                let environment = ["PATH": "/nowhere", "FETCHCTL_ENGINE": engine, "FETCHCTL_ARIA2C": "/usr/bin/aria2c"]
                let (_, outcome) = try await peer.ours(row.line, row.seeds, environment: environment)
                #expect(try ages(peer, "ours") == wanted, "\(engine): \(outcome.story)")
            }
        }
    }

    private func ages(_ peer: ToolPeer, _ folder: String) throws -> [String: Age] {
        var ages: [String: Age] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: peer.box.path(folder)) ?? .init() {
            let attributes = try FileManager.default.attributesOfItem(atPath: peer.box.path("\(folder)/\(name)"))
            guard attributes[.type] as? FileAttributeType == .typeRegular, let date = attributes[.modificationDate] as? Date else {
                continue
            }
            let time = Int(date.timeIntervalSince1970)
            ages[name] = time == Self.served ? .served : .new
        }
        return ages
    }
}
