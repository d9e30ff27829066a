import Foundation
import PracticeHub
import Testing

/// A file of ours that somebody has changed since.
@Suite("A file that was edited")
struct EditedFileTests {
    private static let name = "practice-model-v09.safetensors"

    @Test(
        "is fetched again, and that is said", arguments: Engine.allCases,
        [("civitai:12344", "practice-model-v09.safetensors"), ("hf:practice/one/model.safetensors", "model.safetensors")])
    func again(engine: Engine, row: (reference: String, name: String)) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add(row.reference).expectSuccess()
            let original = try #require(scenario.box.data(row.name))
            var same = original
            same[same.startIndex + 5000] ^= 1
            for edited in [same, original.prefix(1000), original + Data("more".utf8)] {
                try scenario.box.write(edited, to: row.name)
                let rehearsal = try await scenario.run(["add", row.reference, "--dry-run"])
                #expect(rehearsal.code == 0 && scenario.box.data(row.name) == edited, "\(rehearsal.story)")
                let outcome = try await scenario.run(["add", row.reference])
                outcome.expectSuccess()
                #expect(outcome.stderr.contains("was changed since"), "\(outcome.stderr)")
                #expect(scenario.box.data(row.name) == original)
            }
        }
    }

    @Test(
        "is fetched again in the Hub's layouts too, and that is said",
        arguments: ["hf-cache", "hf-local", "hf download"], [true, false])
    func hubLayouts(layout: String, keepsSize: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let isTool = layout == "hf download"
            let add = ["add", "hf:practice/one/model.safetensors", "--layout", isTool ? "hf-local" : layout, "-d", "models"]
            try await scenario.run(add).expectSuccess()
            let path = try #require(
                scenario.box.files.first { layout == "hf-cache" ? $0.contains("/blobs/") : $0 == "models/model.safetensors" })
            let original = try #require(scenario.box.data(path))
            var edited = keepsSize ? original : original.prefix(1000)
            edited[edited.startIndex + 500] ^= 1
            try scenario.box.write(edited, to: path)
            // huggingface_hub's metadata allows a second, by which a quick edit would not be one.
            let later = Date(timeIntervalSinceNow: 60)
            try FileManager.default.setAttributes([.modificationDate: later], ofItemAtPath: scenario.box.path(path))
            let tool = ["hf", "download", "practice/one", "model.safetensors", "--local-dir", "models"]
            let outcome = try await scenario.run(isTool ? tool : add)
            outcome.expectSuccess()
            #expect(outcome.stderr.contains("was changed since"), "\(outcome.stderr)")
            #expect(scenario.box.data(path) == original)
        }
    }

    @Test("is none where it was moved to another disk and linked back", arguments: ["plain", "hf-local"])
    func linkedBack(layout: String) async throws {
        try await withScenario(.builtin) { scenario in
            let line = ["add", "hf:practice/one/model.safetensors", "--layout", layout, "-d", "models"]
            try await scenario.run(line).expectSuccess()
            try scenario.box.write("", to: "big/other")
            try FileManager.default.moveItem(
                atPath: scenario.box.path("models/model.safetensors"), toPath: scenario.box.path("big/m"))
            #expect(symlink(scenario.box.path("big/m"), scenario.box.path("models/model.safetensors")) == 0)
            await scenario.forgetRequests()
            let outcome = try await scenario.run(line)
            outcome.expectSuccess()
            #expect(!outcome.stderr.contains("was changed since"), "\(outcome.stderr)")
            #expect(await scenario.requests("cdn").isEmpty)
            #expect(try scenario.box.status("models/model.safetensors").st_mode & S_IFMT == S_IFLNK)
        }
    }

    @Test("of which the source has another version by now, is fetched, and that is said")
    func newerVersion() async throws {
        try await withScenario(.builtin) { scenario in
            let reference = "hf:practice/sharded/config.json"
            try await scenario.add(reference).expectSuccess()
            let newer = "{\"newer\": 1}"
            await scenario.hub.addFile(NewFile(.hub, name: "config.json", size: 0, text: newer, repository: "practice/sharded"))
            // What is the newer version already is taken as it is, whoever put it there.
            try scenario.box.write(newer, to: "config.json")
            try await scenario.add(reference).expectSuccess()
            try scenario.box.write("{\"mine\": 1}", to: "config.json")
            let outcome = try await scenario.add(reference)
            outcome.expectSuccess()
            #expect(outcome.stderr.contains("was changed since"), "\(outcome.stderr)")
            #expect(scenario.box.data("config.json") == Data(newer.utf8))
        }
    }

    @Test("is replaced by a line for another tool, as that tool does", arguments: [["wget", "-O", "m.bin"], ["curl", "-o", "m.bin"]])
    func tools(line: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            let url = scenario.at.cdn + "/plain/practice.bin"
            try await scenario.add(url, "-o", "m.bin").expectSuccess()
            try scenario.box.write("mine", to: "m.bin")
            try await scenario.run(line + [url]).expectSuccess()
            try scenario.expectFile("m.bin", await scenario.hub.plainFile("practice.bin"))
        }
    }

    @Test("is not removed by update --replace when the newer one has another name")
    func updated() async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.add("civitai:12344", "-d", "models").expectSuccess()
            try scenario.box.write("mine", to: "models/" + Self.name)
            let outcome = try await scenario.run(["update", "models", "--replace"])
            #expect(outcome.code == 0 && outcome.stderr.contains("was changed since"), "\(outcome.story)")
            #expect(scenario.box.data("models/" + Self.name) == Data("mine".utf8))
            try scenario.expectFile("models/practice-model.safetensors", await scenario.hub.civitaiFile(12345))
        }
    }
}
