import Foundation
import PracticeHub
import Testing

/// Whatever `import` writes, the reader of lists takes: what a list may not have is a comment.
@Suite("A list that was imported")
struct ImportedListSyncTests {
    private static let hub = "https://huggingface.co/practice/tiny/resolve/main"

    /// A file, its name, how many models its list has, and what its comments say.
    private static let files: [(name: String, text: String, models: Int, says: [String])] = [
        (
            "ftp.txt",
            "ftp://example.com/a.bin\nfile:///etc/passwd\n\(hub)/config.json\n  out=a.json\n\(hub)/config.json\n  out=b.json\nmagnet:?xt=urn:btih:00\n",
            2, ["Not in this list: ftp://example.com/a.bin (line 1)", "Not in this list: file:///etc/passwd (line 2)", "magnet"]
        ),
        (
            "dirs.txt",
            """
            \(hub)/config.json
              dir=../../etc
            \(hub)/config.json
              dir=$P
            \(hub)/config.json
              dir=vae
              out=../../x.json
            \(hub)/config.json
              dir=models/./vae//
              out=c.json
            \(hub)/config.json
              type=no-such-type
            \(hub)/config.json
              sha256=12
              checksum=md5=00
              out=d.json
            """, 2, ["../../etc: it leads out", "variable of a shell", "no-such-type", "left out of line 13: sha256, checksum"]
        ),
        (
            "abs.txt", "\(hub)/config.json\n  out=/data/models/e.json\n\(hub)/config.json\n  dir=models\n  out=f.json\n", 1,
            ["/data/models is not below the list's folder"]
        ),
        ("all.txt", "\(hub)/config.json\n  dir=/data/models\n  out=e.json\n", 1, ["sync it with -d DIR, or with --outside"]),
        (
            "start.sh",
            """
            #!/bin/sh
            ROOT=models
            mkdir -p "$ROOT/vae" && cd "$ROOT/vae" && wget -O a.json \(hub)/config.json && cd ../..
            (cd "$ROOT" && curl -Lo b.json \(hub)/config.json)
            dl() { wget -c "$1" -P "$2"; }
            dl \(hub)/config.json models/unet
            cd "$HOME/models"
            wget \(hub)/config.json
            wget -P '$P' \(hub)/config.json
            wget ftp://example.com/x.bin -O x.bin
            cd /
            git clone https://huggingface.co/practice/tiny
            """, 3, ["The folder is not certain, line 8", "Not known before it runs, line 9", "line 10", "is not below the list's folder"]
        ),
        (
            "flow.json",
            """
            {"nodes": [{"properties": {"models": [
              {"name": "a.json", "url": "\(hub)/config.json", "directory": "checkpoints", "hash": "1234", "hash_type": "CRC32"},
              {"name": "b.json", "url": "ftp://example.com/b", "directory": "vae"},
              {"name": "c.json", "url": "http://10.0.0.1/c", "directory": "vae"}]}}]}
            """, 1, ["its CRC32 1234 is left out", "Not in this list: ftp://example.com/b", "10.0.0.1/c is an address of this machine"]
        ),
    ]

    @Test("is read back, and sync takes it", arguments: files.indices)
    func accepted(index: Int) async throws {
        let row = Self.files[index]
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(row.text, to: "in/\(row.name)")
            let imported = try await scenario.run(["import", "in/\(row.name)", "-o", "in/models.toml", "--json"])
            imported.expectSuccess()
            let text = String(decoding: try #require(scenario.box.data("in/models.toml")), as: UTF8.self)
            #expect(try imported.event("summary")["changed"]?.int == Int64(row.models), "\(text)")
            for words in row.says { #expect(text.contains(words), "\(words) in \(text)") }
            let outside = text.contains("--outside") ? ["--outside"] : []
            let synced = try await Fetchctl.run(
                ["sync", "--dry-run"] + outside, environment: scenario.environment, cwd: scenario.box.path("in"), timeout: 60)
            synced.expectSuccess()
            if row.name == "all.txt" { try await scenario.list("sync", in: "in", "--dry-run", "-d", "here").expectSuccess() }
        }
    }

    @Test("takes a file whose record names a path by its hash")
    func record() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "models").expectSuccess()
            let folder = scenario.box.path("models")
            let records = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
            let record = try #require(records.first { $0.contains("fetchctl") }, "\(records)")
            let path = folder + "/" + record
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let reference = try #require(try JSONValue(parsing: text)["reference"]?.string)
            try text.replacingOccurrences(of: "\"\(reference)\"", with: "\"\\/home\\/me\\/x.safetensors\"")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let imported = try await scenario.run(["import", "models"])
            imported.expectSuccess()
            #expect(imported.stdout.contains("ref = \"civitai:") && !imported.stdout.contains("/home/me"), "\(imported.stdout)")
        }
    }
}
