import Foundation
import PracticeHub
import Testing

@Suite("What fetchctl link refuses")
struct LinkRefusalTests {
    @Test("names no option that link lacks")
    func options() async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("one", to: "a/m.gguf")
            try scenario.box.write("other", to: "there/m.gguf")
            let outcome = try await scenario.run(["link", "a/m.gguf", "--layout", "plain", "-d", "there"])
            outcome.expectFailure(73)
            #expect(!outcome.stderr.contains("--force") && !outcome.stderr.contains("-o NAME"), "\(outcome.stderr)")
            #expect(outcome.stderr.contains("-d DIR"))
            for name in ["one/b-Q2_K.gguf", "two/b-Q2_K.gguf"] {
                await scenario.hub.addFile(NewFile(.hub, name: name, size: 20 << 10, seed: 3, repository: "practice/twice"))
            }
            let several = try await scenario.run(["link", "practice/twice:Q2_K", "--layout", "plain", "-d", "there"])
            several.expectFailure(64)
            #expect(!several.stderr.contains("  do:  add --include"), "\(several.stderr)")
        }
    }

    @Test("gives one name to one of two files, in a dry run too", arguments: [["--dry-run"], []])
    func sameName(extra: [String]) async throws {
        try await withScenario(.builtin) { scenario in
            try scenario.box.write("one", to: "a/m.gguf")
            try scenario.box.write("other", to: "b/m.gguf")
            try scenario.box.write("one", to: "c/m.gguf")
            let outcome = try await scenario.run(["link", "a/m.gguf", "b/m.gguf", "c/m.gguf", "--layout", "plain", "-d", "there"] + extra)
            outcome.expectFailure(73)
            #expect(outcome.stderr.contains(scenario.box.path("a/m.gguf")) && outcome.stderr.contains(scenario.box.path("b/m.gguf")))
            #expect(outcome.stderr.contains("already there: \(scenario.box.path("there/m.gguf"))"), "\(outcome.stderr)")
            #expect(scenario.box.exists("there") == extra.isEmpty)
        }
    }

    @Test("across file systems is said by a dry run too, which leaves nothing behind")
    func acrossDisks() async throws {
        try await withScenario(.builtin) { scenario in
            let other = "/dev/shm/fetchctl-dry-\(UUID().uuidString)"
            var (one, two) = (stat(), stat())
            guard stat("/dev/shm", &one) == 0, stat(scenario.box.work, &two) == 0, one.st_dev != two.st_dev else {
                try Test.cancel("there is no second file system")
            }
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: other) }
            let path = try scenario.box.write("bytes", to: "m.gguf")
            for (option, code) in [([], 73), (["--symlink"], 0), (["--copy"], 0)] as [([String], Int32)] {
                let outcome = try await scenario.run(["link", path, "--layout", "plain", "-d", other + "/new", "--dry-run"] + option)
                #expect(outcome.code == code, "\(option): \(outcome.story)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: other).isEmpty)
            }
        }
    }
}
