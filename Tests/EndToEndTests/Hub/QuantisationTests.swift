import Foundation
import PracticeHub
import Testing

@Suite("A quantisation of a GGUF repo")
struct QuantisationEndToEndTests {
    private static let split = ["Q8_0/m-Q8_0-00001-of-00002.gguf", "Q8_0/m-Q8_0-00002-of-00002.gguf"]

    /// A repo as such repos are: two quantisations, one of them split, projectors, and one name that two models have.
    private static func fill(_ scenario: Scenario) async {
        let files: [(String, Int64)] = [
            ("m-Q4_K_M.gguf", 300 << 10), ("m-Q4_K_S.gguf", 200 << 10), ("mmproj-F16.gguf", 100 << 10), ("mmproj-F32.gguf", 110 << 10),
            (split[0], 400 << 10), (split[1], 150 << 10), ("x/a-Q2_K.gguf", 64 << 10), ("x/b-Q2_K.gguf", 65 << 10), ("README.md", 5),
            ("m-BF16-00001-of-00003.gguf", 700 << 10), ("m-BF16-00003-of-00003.gguf", 700 << 10),
        ]
        for (index, file) in files.enumerated() {
            await scenario.hub.addFile(
                NewFile(.hub, name: file.0, size: file.1, seed: UInt64(900 + index), repository: "practice/quantised"))
        }
    }

    private func expect(_ scenario: Scenario, _ folder: String, _ paths: [String]) async throws {
        for path in paths {
            try scenario.expectFile(folder + path, await scenario.hub.hubFile("practice/quantised", path))
        }
        #expect(scenario.box.files.filter { $0.hasPrefix(folder) }.count == paths.count, "\(scenario.box.files)")
    }

    @Test("comes with all splits and its projector, whichever way it is typed", arguments: Engine.allCases)
    func fetched(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await Self.fill(scenario)
            let outcome = try await scenario.add("practice/quantised:q8_0", "-d", "a", "--json")
            outcome.expectSuccess()
            try await expect(scenario, "a/", Self.split + ["mmproj-F16.gguf"])
            let again = try await scenario.add("hf:practice/quantised@main:Q8_0", "-d", "a", "--json")
            #expect(try again.events().count { $0.name == "skipped" } == 3)
            try await scenario.add("hf:practice/quantised:Q4_K_M", "--no-mmproj", "-o", "mine.gguf").expectSuccess()
            try scenario.expectFile("mine.gguf", await scenario.hub.hubFile("practice/quantised", "m-Q4_K_M.gguf"))
            try await scenario.add("practice/quantised:Q4_K_S", "--layout", "hf-cache", "-d", "cache").expectSuccess()
            #expect(scenario.box.files.contains { $0.hasSuffix("/m-Q4_K_S.gguf") && $0.contains("snapshots/") })
            try await scenario.add("practice/quantised:Q2_K", "--include", "x/a*", "-d", "one").expectSuccess()
            #expect(scenario.box.exists("one/a-Q2_K.gguf"))
            try await scenario.add("practice/quantised", "--quant", "q4_k_s", "--no-mmproj", "-d", "option").expectSuccess()
            try await expect(scenario, "option/", ["m-Q4_K_S.gguf"])
        }
    }

    @Test(
        "is refused with what there is, when the tag means none or several",
        arguments: [
            ("practice/quantised:Q4_K", 66, "Q4_K_M"), ("practice/quantised:latest", 66, "Q8_0"),
            ("practice/quantised:Q2_K", 64, "x/b-Q2_K.gguf (65.0 KiB)"), ("practice/tiny:Q4_0", 66, "GGUF"),
            ("hf:datasets/practice/data:Q4_0", 64, "not a model repo"), ("practice/quantised:Q2_K --mmproj", 64, "x/a-Q2_K.gguf"),
            ("practice/quantised:Q8_0 --quant Q4_K_S", 64, "two quantisations"),
            ("practice/quantised:BF16", 66, "choose another quantisation: Q2_K, Q4_K_S, Q4_K_M, Q8_0."),
        ])
    func refused(row: (line: String, code: Int32, named: String)) async throws {
        try await withScenario(.builtin) { scenario in
            await Self.fill(scenario)
            let outcome = try await scenario.run(["add", "-d", "a"] + row.line.split(separator: " ").map(String.init))
            outcome.expectFailure(row.code)
            #expect(outcome.stderr.contains(row.named), "\(outcome.stderr)")
            #expect(scenario.box.files.isEmpty)
        }
    }

    @Test("is shown by info with size, and whether it fits the disk and the GPU")
    func info() async throws {
        try await withScenario(.builtin) { scenario in
            await Self.fill(scenario)
            let tools = scenario.box.path("tools")
            let smi = try scenario.box.write("#!/bin/sh\necho 1\necho 0\n", to: "tools/nvidia-smi")
            let path = ["PATH": tools + ":" + scenario.environment["PATH"]!]
            let bare = ["PATH": scenario.box.path("empty")]
            let without = try await scenario.run(["info", "practice/quantised", "--json"], environment: bare)
            #expect(try quantisation("Q8_0", without)["fits_gpu"]?.isNull == true)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: smi)
            let outcome = try await scenario.run(["info", "practice/quantised", "--json"], environment: path)
            let found = try quantisation("Q8_0", outcome)
            #expect(found["size"]?.int == 550 << 10 && found["files"]?.int == 2)
            #expect(found["fits_disk"]?.flag == true && found["fits_gpu"]?.flag == true)
            #expect(found["complete"]?.flag == true)
            let broken = try quantisation("BF16", outcome)
            #expect(broken["complete"]?.flag == false && broken["files"]?.int == 2 && broken["files_expected"]?.int == 3)
            #expect(broken["fits_disk"]?.isNull == true && broken["fits_gpu"]?.isNull == true)
            let text = try await scenario.run(["info", "practice/quantised"], environment: path)
            for word in ["QUANTISATION", "550.0 KiB", "2 of 3", "incomplete"] { #expect(text.stdout.contains(word), "\(text.stdout)") }
        }
    }

    private func quantisation(_ name: String, _ outcome: Outcome) throws -> JSONValue {
        let details = try #require(try outcome.events().first?["details"])
        return try #require(details["quantisations"]?.items?.first { $0["name"]?.string == name })
    }

    @Test("is picked with arrow keys on a terminal, and nowhere else")
    func picked() async throws {
        try await withScenario(.builtin) { scenario in
            await Self.fill(scenario)
            guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { try Test.cancel("script is not installed") }
            // By size: Q2_K, Q2_K, Q4_K_S, Q4_K_M, Q8_0.
            let running = try await RunningProcess(
                "/usr/bin/script", ["-qefc", "'\(Fetchctl.binary)' add practice/quantised --pick --no-mmproj -d picked", "/dev/null"],
                environment: scenario.environment.merging(["TERM": "xterm", "SHELL": "/bin/sh"]) { $1 }, cwd: scenario.box.work,
                stdin: "\u{1B}[B\u{1B}[B\u{1B}[B\r")
            let outcome = await running.end()
            #expect(outcome.code == 0, "\(outcome.story)")
            #expect(outcome.stdout.contains("Which quantisation"))
            #expect(scenario.box.files == ["picked/m-Q4_K_M.gguf"], "\(scenario.box.files)")
            try await scenario.add("practice/quantised", "--pick").expectFailure(64)
            try await scenario.add("civitai:12345", "--pick").expectFailure(64)
        }
    }
}
