import Foundation
import PracticeHub
import Testing

@Suite("Wrong bytes")
struct WrongBytesTests {
    @Test("of another checksum than published, twice, are 65; nothing of them stays", arguments: Engine.allCases)
    func checksum(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("civitai:12351", "--json")
            outcome.expectFailure(65, kind: "checksum")
            #expect(scenario.box.files.isEmpty)
            // The whole file was fetched twice: once, and once more from clean.
            #expect(await scenario.bytesServed() >= 2 << 20)
            #expect(await scenario.bytesServed() < 3 << 20)
            // Who trusts the bytes is told how to say so, and may.
            let got = try #require(await scenario.hub.civitaiFile(12351)).sha256
            #expect(outcome.stderr.contains("--sha256 \(got)") || outcome.stdout.contains("--sha256 \(got)"))
            try await scenario.add("civitai:12351", "--sha256", got).expectSuccess()
        }
    }

    @Test("of another checksum than --sha256 says are 65", arguments: Engine.allCases)
    func typedChecksum(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("civitai:12354", "--sha256", String(repeating: "0", count: 64))
            outcome.expectFailure(65)
            #expect(outcome.stdout.isEmpty)
            #expect(scenario.box.files.isEmpty)
        }
    }

    @Test("that come once are repaired by one clean try, in the header too", arguments: Engine.allCases, [8, 3 << 20])
    func flipped(engine: Engine, offset: Int64) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.wrongBytes, match: "cdn/file/", times: 1, offset: offset))
            // One connection: of several, that with the wrong byte may be cut before it comes to it.
            let outcome = try await scenario.add("civitai:12345", "--json", "-x", "1")
            outcome.expectSuccess()
            try scenario.expectFile("practice-model.safetensors", await scenario.hub.civitaiFile(12345))
            // The wrong byte may have been in an answer of which aria2c reads the head alone.
            guard engine == .builtin else { return }
            #expect(try outcome.events().contains { $0.name == "warning" && $0["kind"]?.string == "checksum" })
        }
    }

    @Test(
        "that are a page sent with 200 are 65", arguments: Engine.allCases,
        ["civitai:12345", "hf:practice/one/model.safetensors", "DIRECT"])
    func page(engine: Engine, reference: String) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(Fault(.html, match: "cdn/"))
            let reference = reference == "DIRECT" ? scenario.at.cdn + "/plain/practice.gguf" : reference
            let outcome = try await scenario.add(reference, "--json")
            outcome.expectFailure(65, kind: "not_a_model")
            #expect(scenario.box.files.isEmpty)
        }
    }

    @Test(
        "of a size that the source does not publish are 65", arguments: Engine.allCases,
        ["civitai:12345", "hf:practice/one/model.safetensors"])
    func size(engine: Engine, reference: String) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(
                Fault(.status, match: "cdn/", status: 206, headers: ["Content-Range": "bytes 0-0/999"], body: "x"))
            let outcome = try await scenario.add(reference, "--json")
            outcome.expectFailure(65, kind: "size")
            #expect(scenario.box.files.isEmpty)
        }
    }

    /// Name, content, and whether that is right under the name.
    static let contents: [(name: String, text: String, isRight: Bool)] = [
        ("model.safetensors", "this is no header of eight bytes and a JSON object", false),
        ("model.gguf", "GGUX0000000000000000000000000000", false),
        ("model.bin", "<!DOCTYPE html><html><body>Sign in</body></html>", false),
        ("model.bin", "  \n<html><head></head></html>", false),
        ("page.html", "<!DOCTYPE html><html></html>", true),
        ("page.htm", "<html></html>", true),
        ("notes.txt", "<html><body>a page</body></html>", false),
        ("model.safetensors", "{\"error\": \"not today\"}", false),
        ("archive.zip", "{\"error\": \"not today\"}", false),
        ("config.json", "{\"a\": 1}", true),
        ("model.ckpt", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", false),
        ("notes.md", "version https://git-lfs.github.com/spec/v1\n", true),
    ]

    @Test("are detected by content and name, unless a checksum matches", arguments: Self.contents, Engine.allCases)
    func content(row: (name: String, text: String, isRight: Bool), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let (url, content) = await scenario.hub.addFile(NewFile(.plain, name: row.name, size: 0, text: row.text))
            let outcome = try await scenario.add(url, "--json")
            if row.isRight {
                outcome.expectSuccess()
                try scenario.expectFile(row.name, content)
            } else {
                outcome.expectFailure(65, kind: "not_a_model")
                #expect(scenario.box.files.isEmpty)
                let trusted = try await scenario.add(url, "--sha256", content.sha256, "--json")
                trusted.expectSuccess()
                #expect(try trusted.events().contains { $0.name == "warning" && $0["ref"]?.string == url })
                try scenario.expectFile(row.name, content)
            }
        }
    }
}
