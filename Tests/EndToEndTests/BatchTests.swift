import Foundation
import PracticeHub
import Testing

@Suite("A batch")
struct BatchTests {
    private let good = ["civitai:12354", "hf:gpt-practice@main/config.json"]
    private let files = ["config.json", "practice-embedding.safetensors"]

    @Test("continues when a reference fails; the code is that of the first failed in the order given", arguments: Engine.allCases)
    func goesOn(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            // 77 is found out soon, 66 later: the order given decides.
            await scenario.hub.addFault(Fault(.slow, match: "civitai/api/v1/model-versions/99999999", bytesPerSecond: 50))
            let outcome = try await scenario.add(
                good[0], "civitai:99999999", "hf:practice/gated/model.safetensors", good[1], "civitai:12351")
            outcome.expectFailure(66)
            #expect(scenario.box.files == files)
            #expect(outcome.lines == ["practice-embedding.safetensors", "config.json"].map(scenario.box.path))
            // One line per failed reference at the end.
            let last = outcome.stderr.split(separator: "\n").suffix(3)
            for (line, reference) in zip(last, ["civitai:99999999", "hf:practice/gated/model.safetensors", "civitai:12351"]) {
                #expect(line.contains(reference))
            }
            #expect(Complaint.all(in: outcome.stderr).count == 3)
            let other = try await scenario.add("hf:practice/gated", "civitai:99999999", good[0])
            other.expectFailure(77)
        }
    }

    @Test("succeeds without optional references, with a warning", arguments: Engine.allCases)
    func optional(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("civitai:99999999", "civitai:12351", good[0], "--optional")
            #expect(outcome.code == 0)
            #expect(outcome.stdout == scenario.box.path("practice-embedding.safetensors") + "\n")
            #expect(outcome.stderr.split(separator: "\n").count { $0.hasPrefix("warning:") && $0.contains("optional") } >= 2)
            #expect(!outcome.stderr.contains("error:"))
            let json = try await scenario.add("civitai:99999999", "--optional", "--json")
            #expect(json.code == 0)
            #expect(try json.event("skipped")["reason"]?.string == "optional")
        }
    }

    static let list = """
        # what we need
        civitai:12354
          dir=loras
          out=first.safetensors

        hf:gpt-practice@main/config.json
         dir=configs
        civitai:99999999
          optional=true
        """

    @Test("comes from a file or standard input", arguments: Engine.allCases, [false, true])
    func listed(engine: Engine, isPiped: Bool) async throws {
        try await withScenario(engine) { scenario in
            try scenario.box.write(Self.list, to: "list.txt")
            let outcome = try await scenario.add("-i", isPiped ? "-" : "list.txt", stdin: isPiped ? Self.list : nil)
            #expect(outcome.code == 0, "\(outcome.stderr)")
            #expect(outcome.lines == ["loras/first.safetensors", "configs/config.json"].map(scenario.box.path))
            try scenario.expectFile("loras/first.safetensors", await scenario.hub.civitaiFile(12354))
            try scenario.expectFile("configs/config.json", await scenario.hub.hubFile("gpt-practice", "config.json"))
        }
    }

    @Test("from a file takes checksums and headers of one line alone")
    func listOptions() async throws {
        try await withScenario(.builtin) { scenario in
            let plain = scenario.at.cdn + "/plain/"
            let sha256 = try #require(await scenario.hub.plainFile("practice.bin")).sha256
            try scenario.box.write(
                """
                \(plain)practice.bin
                  checksum=sha-256=\(sha256)
                  header=X-Practice: one
                \(plain)small.bin
                \(plain)practice.gguf
                  sha256=\(String(repeating: "0", count: 64))
                """, to: "list.txt")
            let outcome = try await scenario.add("-i", "list.txt", "-d", "out")
            outcome.expectFailure(65)
            #expect(scenario.box.files == ["list.txt", "out/practice.bin", "out/small.bin"])
            #expect(await scenario.requests("cdn", "practice.bin").allSatisfy { $0.header("X-Practice") == "one" })
            #expect(await scenario.requests("cdn", "small.bin").allSatisfy { $0.header("X-Practice") == nil })
        }
    }

    @Test("of one in a file takes the command line's name and hash, as without the file")
    func onlyEntry() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("civitai:12345\n", to: "list.txt")
            let wrong = String(repeating: "0", count: 64)
            let outcome = try await scenario.add("-i", "list.txt", "-o", "mine.safetensors", "--sha256", wrong)
            outcome.expectFailure(65)
            #expect(scenario.box.files == ["list.txt"])
            try await scenario.add("-i", "list.txt", "-o", "mine.safetensors").expectSuccess()
            #expect(scenario.box.files == ["list.txt", "mine.safetensors"])
        }
    }

    @Test(
        "in a file that is wrong is 64 and names the line",
        arguments: ["civitai:12354\n  dri=x\n", "civitai:12354\nno such thing\n", "civitai:12354\n  sha256=12\n"])
    func badList(text: String) async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write(text, to: "list.txt")
            let outcome = try await scenario.add("-i", "list.txt")
            outcome.expectFailure(64)
            #expect(outcome.stderr.contains("line 2"))
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test(
        "is quiet with -q, but for errors; the paths stand on standard output all the same", arguments: Engine.allCases, ["-q", "--quiet"])
    func quiet(engine: Engine, option: String) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("civitai:12345", option)
            outcome.expectSuccess()
            #expect(outcome.stderr.isEmpty, "\(outcome.stderr)")
            #expect(outcome.stdout == scenario.box.path("practice-model.safetensors") + "\n")
            let failed = try await scenario.add("civitai:99999999", option)
            failed.expectFailure(66)
        }
    }

    @Test("of one reference twice fetches it once", arguments: Engine.allCases)
    func same(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("civitai:12345", "civitai:12345", "--json")
            outcome.expectSuccess()
            // What was served says less: aria2c drops answers that it has asked for.
            let names = try outcome.events().map(\.name)
            #expect(names.count { $0 == "started" } == 1)
            #expect(names.count { $0 == "finished" } == 1 && names.count { $0 == "skipped" } == 1)
            try scenario.expectFile("practice-model.safetensors", await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("fetches no more large files at once than -j says", arguments: Engine.allCases)
    func jobs(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            var urls: [String] = []
            for number in 1...4 { urls.append(await scenario.hub.addFile(NewFile(.plain, name: "part\(number).bin", size: 4 << 20)).url) }
            let outcome = try await scenario.run(["add", "--json", "-j", "1"] + urls)
            outcome.expectSuccess()
            let story = try outcome.events().filter { $0.name == "started" || $0.name == "finished" }.map(\.name)
            #expect(story == Array(repeating: ["started", "finished"], count: 4).flatMap { $0 })
        }
    }

    @Test("keeps to --limit-rate, all files together", arguments: Engine.allCases)
    func limit(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let (url, _) = await scenario.hub.addFile(NewFile(.plain, name: "a.bin", size: 2 << 20))
            let (other, _) = await scenario.hub.addFile(NewFile(.plain, name: "b.bin", size: 2 << 20, seed: 2))
            let outcome = try await scenario.add(url, other, "--limit-rate", "1M")
            outcome.expectSuccess()
            // 4 MiB at 1 MiB a second; a second's credit at the start is no harm.
            #expect(outcome.seconds > 2.5, "\(outcome.seconds) s")
        }
    }
}
