import Foundation
import PracticeHub
import Testing

@Suite("A path of this machine that is misspelt")
struct MisspeltPathTests {
    @Test(
        "is called a missing file, with what is near, and is asked of no service",
        arguments: [
            ("./models/foo.safetensor", "./models/foo.safetensors"), ("models/foo.safetensor", "models/foo.safetensors"),
            ("models/fo.safetensors", "models/foo.safetensors"), ("models/foo.gguf", "models/foo.safetensors"), ("models/other.gguf", nil),
            ("flow.jsn", "flow.json"), ("models/flwo.json", "models/flow.json"),
        ] as [(String, String?)])
    func missing(row: (path: String, near: String?)) async throws {
        try await withScenario(.builtin) { scenario in
            for name in ["models/foo.safetensors", "flow.json", "models/flow.json"] { try scenario.box.write("{}", to: name) }
            for command in [["add"], ["link", "--layout", "plain", "-d", "x"], ["info"], ["verify"]] {
                let outcome = try await scenario.run(command + [row.path])
                outcome.expectFailure(64)
                #expect(outcome.stderr.contains("there is no such file on this machine"), "\(command): \(outcome.stderr)")
                if let near = row.near { #expect(outcome.stderr.contains("did you mean \(near)?"), "\(command): \(outcome.stderr)") }
            }
            #expect(await scenario.requests("hub").isEmpty)
        }
    }

    @Test(
        "is called missing by verify, which reads folders and files without an ending too",
        arguments: [("m/modl", "m/model"), ("m/config", "m/config.json"), ("m/READM", "m/README"), ("m/modle/", nil)] as [(String, String?)]
    )
    func verified(row: (path: String, near: String?)) async throws {
        try await withScenario(.builtin) { scenario in
            for name in ["m/model/a.gguf", "m/config.json", "m/README"] { try scenario.box.write("{}", to: name) }
            let outcome = try await scenario.run(["verify", row.path])
            outcome.expectFailure(64)
            if let near = row.near { #expect(outcome.stderr.contains("did you mean \(near)?"), "\(outcome.stderr)") }
            #expect(await scenario.requests("hub").isEmpty)
        }
    }

    @Test("is no reason to refuse a repo whose folder is here")
    func repo() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("x", to: "practice/tiny.gguf")
            try scenario.box.write("x", to: "practice/tin/model.safetensors")
            try await scenario.add("practice/tiny", "-d", "there", "--dry-run").expectSuccess()
        }
    }
}
