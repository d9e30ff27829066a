import Foundation
import PracticeHub
import Testing

/// Whole repos: what is asked of the Hub, and what is said of them.
@Suite("A whole repo")
struct HubRepoTests {
    @Test("costs a request for the commit and its list, two a small file and one a large one", arguments: Engine.allCases)
    func requests(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add("practice/tiny").expectSuccess()
            let hub = await scenario.requests("hub")
            #expect(hub.filter { $0.path.hasPrefix("/api/models/practice/tiny/") }.count == 1)
            #expect(hub.filter { $0.path.contains("/resolve/") }.count == 5)
            #expect(hub.filter { $0.path.contains("/resolve-cache/") }.count == 4)
            #expect(hub.count == 10, "\(hub.map(\.path))")
            // On connections that are kept: never one a request.
            #expect(Set(hub.map(\.connection)).count < hub.count)
            await scenario.forgetRequests()
            try await scenario.add("practice/tiny").expectSuccess()
            #expect(await scenario.hub.requests().count == 1)
            await scenario.forgetRequests()
            try await scenario.add("practice/many", "--dry-run", "--layout", "hf-cache").expectSuccess()
            #expect(await scenario.hub.requests().count == 2)
            #expect(!FileManager.default.fileExists(atPath: scenario.hubCache))
        }
    }

    @Test("of 50,000 files is planned with one listing, and in little memory")
    func huge() async throws {
        try await withScenario(.builtin) { scenario in
            var files = NewFile(.hub, name: "part-#.json", size: 0, text: "{\"number\": #}", repository: "practice/huge")
            files.copies = 50_000
            await scenario.hub.addFile(files)
            let running = try await scenario.start("practice/huge", "--dry-run", "--layout", "hf-cache", "--include", "*9.json", "-q")
            var highest = 0
            while !running.hasEnded {
                if let status = try? String(contentsOfFile: "/proc/\(running.pid)/status", encoding: .utf8),
                    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
                {
                    highest = max(highest, Int(line.filter(\.isNumber)) ?? 0)
                }
                try await Task.sleep(for: .milliseconds(10))
            }
            await running.end(timeout: 120).expectSuccess()
            #expect(await scenario.hub.requests().count == 1 + 1 + 50)
            #expect(highest < 250_000, "\(highest) kB")
        }
    }

    @Test("that lacks a shard which its index names says so; shards that were left out are only noted")
    func shards() async throws {
        try await withScenario(.builtin) { scenario in
            let whole = try await scenario.add("practice/sharded", "--json", "-d", "whole")
            whole.expectSuccess()
            let warning = try #require(try whole.events().first { $0["kind"]?.string == "shards_missing" })
            #expect(warning["message"]?.string?.contains("broken/model-00002-of-00002.safetensors") == true)
            #expect(try whole.events().count { $0["kind"]?.string == "shards_missing" } == 1)
            let some = try await scenario.add("practice/sharded", "--exclude", "broken/", "--exclude", "model-00002*", "-d", "some")
            some.expectSuccess()
            #expect(some.stderr.contains("left out 1 of the 2 shards"))
            #expect(!some.stderr.contains("warning: "), "\(some.stderr)")
        }
    }

    @Test("fetched plainly ends with a line on how to have it by name; laid out for that it does not")
    func hint() async throws {
        try await withScenario(.builtin) { scenario in
            let words = "fetchctl add practice/tiny --layout hf-cache"
            let plain = try await scenario.add("practice/tiny")
            #expect(plain.stderr.split(separator: "\n").last?.contains(words) == true, "\(plain.stderr)")
            for arguments in [["practice/tiny", "--layout", "hf-cache"], ["hf:practice/tiny/config.json"], ["hf:datasets/practice/data"]] {
                let other = try await scenario.run(["add"] + arguments)
                other.expectSuccess()
                #expect(!other.stderr.contains("to have it by name"))
            }
        }
    }

    @Test("is verified file by file: by SHA-256 in large-file storage, by git's SHA-1 elsewhere", arguments: Engine.allCases)
    func verified(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let outcome = try await scenario.add("practice/tiny", "--layout", "hf-cache", "--json")
            outcome.expectSuccess()
            for event in try outcome.events() where event.name == "finished" {
                let isLarge = event["path"]?.string?.hasSuffix(".safetensors") == true
                #expect(event["verified"]?.string == (isLarge ? "sha256" : "git-sha1"))
                #expect(event["sha256"]?.string?.count == 64)
            }
            #expect(try outcome.events().count { $0.name == "finished" } == 5)
            await scenario.hub.addFault(Fault(.wrongBytes, match: "resolve-cache", offset: 3))
            let wrong = try await scenario.add("hf:gpt-practice@main/config.json", "--layout", "hf-cache", "--json")
            wrong.expectFailure(65, kind: "checksum")
            let left = try FileManager.default.contentsOfDirectory(atPath: scenario.hubCache + "/models--gpt-practice")
            #expect(left == ["refs"])
            // Of several it is said which.
            let several = try await scenario.add("hf:gpt-practice", "-d", "several", "--json")
            several.expectFailure(65, kind: "checksum")
            #expect(try several.event("failed")["message"]?.string?.hasPrefix("config.json of hf:gpt-practice ") == true)
        }
    }
}
