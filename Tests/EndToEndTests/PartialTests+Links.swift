import Foundation
import PracticeHub
import Testing

/// Names of a partial that are links, other names of the same file, or no file at all.
extension PartialTests {
    @Test("that has another name is copied, and the other name keeps what it had", arguments: Engine.allCases)
    func hardLink(engine: Engine) async throws {
        try await withScenario(engine, .sixteen) { scenario in
            try await leavePartial(scenario)
            let other = scenario.box.path("other.bin")
            try #require(link(scenario.box.path(part), other) == 0)
            let before = try #require(scenario.box.data("other.bin"))
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            let isUntouched = scenario.box.data("other.bin") == before
            #expect(isUntouched)
            #expect(try outcome.events().count { $0.tells("warning hard_link") } == 1, "\(outcome.story)")
            #expect(try outcome.event("started")["resumed_bytes"]?.int ?? 0 >= 2 << 20, "\(outcome.story)")
            #expect(!scenario.box.allFiles.contains { $0.hasSuffix(".fetchctl-new") })
        }
    }

    @Test("without a record that is another file's second name is not written into", arguments: Engine.allCases)
    func foreignHardLink(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let other = try scenario.box.write("precious", to: "other.bin")
            try #require(link(other, scenario.box.path(part)) == 0)
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(scenario.box.data("other.bin") == Data("precious".utf8))
            #expect(try outcome.events().count { $0.tells("warning hard_link") } == 1, "\(outcome.story)")
        }
    }

    @Test("whose links in its own folder a killed fleet left is its only name again", arguments: Engine.allCases)
    func fleet(engine: Engine) async throws {
        try await withScenario(engine, .sixteen) { scenario in
            try await leavePartial(scenario)
            let folder = scenario.box.path(part + ".fleet")
            mkdir(folder, 0o777)
            mkdir(folder + "/1", 0o777)
            try #require(link(scenario.box.path(part), folder + "/1/a.bin") == 0)
            symlink("/etc/hostname", folder + "/b")
            let outcome = try await scenario.add("civitai:12345", "--json")
            outcome.expectSuccess()
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
            #expect(try !outcome.events().contains { $0.tells("warning hard_link") }, "\(outcome.story)")
            #expect(!scenario.box.exists(part + ".fleet"))
        }
    }

    @Test("that is a link to another file does not write there", arguments: Engine.allCases, ["", ".json", ".aria2", ".aria2__temp"])
    func planted(engine: Engine, ending: String) async throws {
        try await withScenario(engine) { scenario in
            let victim = try scenario.box.write("precious", to: "elsewhere/victim.txt")
            symlink(victim, scenario.box.path(part + ending))
            let outcome = try await scenario.add("civitai:12345")
            #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
            if outcome.code == 0 {
                try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
                #expect(try scenario.box.status(name).st_mode & S_IFMT == S_IFREG)
            } else {
                outcome.expectFailure(73)
            }
        }
    }

    @Test(
        "whose companion is another file's second name does not write there", arguments: Engine.allCases,
        [".json", ".aria2", ".aria2__temp"])
    func plantedHardLink(engine: Engine, ending: String) async throws {
        try await withScenario(engine) { scenario in
            let victim = try scenario.box.write("precious", to: "elsewhere/victim.txt")
            try #require(link(victim, scenario.box.path(part + ending)) == 0)
            try await scenario.add("civitai:12345").expectSuccess()
            #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
            try scenario.expectFile(name, await scenario.hub.civitaiFile(12345))
        }
    }

    @Test("that is not a file at all is refused, and not waited for", arguments: ["fifo", "directory"])
    func noFile(kind: String) async throws {
        try await withScenario(.builtin) { scenario in
            if kind == "fifo" { mkfifo(scenario.box.path(part), 0o666) } else { mkdir(scenario.box.path(part), 0o777) }
            let outcome = try await scenario.add("civitai:12345", timeout: 15)
            outcome.expectFailure(73)
        }
    }

    @Test("a target that is a link is left alone, unless it is to be replaced")
    func linkedTarget() async throws {
        try await withScenario(.builtin) { scenario in
            let victim = try scenario.box.write("precious", to: "elsewhere/victim.txt")
            symlink(victim, scenario.box.path(name))
            try await scenario.add("civitai:12345").expectFailure(73)
            try await scenario.add("civitai:12345", "--force").expectSuccess()
            #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
            #expect(try scenario.box.status(name).st_mode & S_IFMT == S_IFREG)
            symlink("/nowhere/at/all", scenario.box.path("dangling"))
            try await scenario.add("civitai:12354", "-o", "dangling").expectFailure(73)
        }
    }
}
