import Foundation
import PracticeHub
import Testing

/// The program under the names of the tools that it replaces.
@Suite("A shim")
struct ShimTests {
    private static let tools = ["aria2c", "curl", "gdown", "hf", "huggingface-cli", "wget"]

    @Test("is made for every tool, also repeatedly, and never replaces another program's file")
    func made() async throws {
        try await withScenario(.builtin) { scenario in
            for _ in 0..<2 {
                let outcome = try await scenario.run(["shims", "bin dir"])
                outcome.expectSuccess()
                #expect(outcome.stdout == "export PATH='\(scenario.box.path("bin dir"))':\"$PATH\"\n")
                #expect(scenario.box.files == Self.tools.map { "bin dir/\($0)" })
                for tool in Self.tools {
                    let target = try FileManager.default.destinationOfSymbolicLink(atPath: scenario.box.path("bin dir/\(tool)"))
                    #expect(
                        URL(fileURLWithPath: target).resolvingSymlinksInPath()
                            == URL(fileURLWithPath: Fetchctl.binary).resolvingSymlinksInPath())
                }
            }
            try scenario.box.write("mine", to: "other/wget")
            try await scenario.run(["shims", "other"]).expectFailure(73)
            #expect(scenario.box.data("other/wget") == Data("mine".utf8))
        }
    }

    @Test("does its tool's work, and is never taken for aria2c by the engine", arguments: Engine.allCases)
    func works(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.run(["shims", "bin"]).expectSuccess()
            let environment = scenario.environment.merging(["PATH": scenario.box.path("bin") + ":/usr/local/bin:/usr/bin:/bin"]) { $1 }
            let link = "https://civitai.com/api/download/models/12345"
            for (tool, arguments) in [("aria2c", ["-c", "-o", "a", link]), ("wget", ["-O", "w", link]), ("curl", ["-Lo", "c", link])] {
                let outcome = try await RunningProcess(
                    scenario.box.path("bin/\(tool)"), arguments, environment: environment, cwd: scenario.box.work
                ).end()
                #expect(outcome.code == 0, "\(outcome.story)")
                #expect(outcome.stdout.isEmpty)
                try scenario.expectFile(String(tool.prefix(1)), await scenario.hub.civitaiFile(12345))
            }
            let version = try await RunningProcess(
                scenario.box.path("bin/curl"), ["--version"], environment: environment, cwd: scenario.box.work
            ).end()
            #expect(version.code == 0 && version.stdout.hasPrefix("curl "))
        }
    }

    @Test(
        "without the tool itself says so in a line, and ends with the tool's code for what it does not understand",
        arguments: [("aria2c", "--version", 28), ("wget", "--spider", 2), ("curl", "http://127.0.0.1:1/x", 2)] as [(String, String, Int32)])
    func alone(tool: String, argument: String, code: Int32) async throws {
        try await withScenario(.builtin) { scenario in
            try await scenario.run(["shims", "bin"]).expectSuccess()
            let outcome = try await RunningProcess(
                scenario.box.path("bin/\(tool)"), [argument], environment: ["PATH": scenario.box.path("bin"), "HOME": scenario.box.home],
                cwd: scenario.box.work
            ).end()
            #expect(outcome.code == code, "\(outcome.story)")
            #expect(outcome.stdout.isEmpty && outcome.stderr.split(separator: "\n").count == 1)
            #expect(outcome.stderr.hasPrefix("\(tool): only the real \(tool) can do this"))
        }
    }

    @Test("refuses a line of curl with --silent without output", arguments: [("-s", ""), ("-sS", "curl: no URL specified\n")])
    func silent(options: String, said: String) async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await RunningProcess(
                Fetchctl.binary, ["curl", options], environment: ["PATH": "/nowhere", "HOME": scenario.box.home], cwd: scenario.box.work
            ).end()
            #expect(outcome.code == 2 && outcome.stdout.isEmpty && outcome.stderr == said, "\(outcome.story)")
        }
    }

    @Test("does not loop where a script under the tool's name calls fetchctl")
    func circle() async throws {
        try await withScenario(.builtin) { scenario in
            let script = try scenario.box.write("#!/bin/sh\nexec '\(Fetchctl.binary)' wget \"$@\"\n", to: "bin/wget")
            chmod(script, 0o755)
            let environment = scenario.environment.merging(["PATH": scenario.box.path("bin") + ":/nowhere"]) { $1 }
            let outcome = try await RunningProcess(script, ["--version"], environment: environment, cwd: scenario.box.work).end(
                timeout: 10)
            #expect(outcome.code == 2)
        }
    }

    @Test("reaches the tool behind scripts and copies that call fetchctl again, and never takes those for the engine's aria2c")
    func behind() async throws {
        try await withScenario(.aria2) { scenario in
            // Another installation: the same program in another file.
            let copy = scenario.box.path("copies/fetchctl")
            try FileManager.default.createDirectory(atPath: scenario.box.path("copies"), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Fetchctl.binary, toPath: copy)
            for tool in ["aria2c", "curl", "wget"] {
                for (folder, program) in [("scripts", Fetchctl.binary), ("more", copy)] {
                    let script = try scenario.box.write("#!/bin/sh\nexec '\(program)' \(tool) \"$@\"\n", to: "\(folder)/\(tool)")
                    chmod(script, 0o755)
                }
                try FileManager.default.createSymbolicLink(atPath: scenario.box.path("copies/\(tool)"), withDestinationPath: copy)
            }
            let real = try scenario.box.write("#!/bin/sh\necho \"real $*\"\n", to: "real/curl")
            chmod(real, 0o755)
            let path = ["scripts", "copies", "more", "real"].map { scenario.box.path($0) }.joined(separator: ":")
            for first in ["scripts/curl", "copies/curl", "more/curl"] {
                let outcome = try await RunningProcess(
                    scenario.box.path(first), ["-s", "http://127.0.0.1:1/x"],
                    environment: scenario.environment.merging(["PATH": path]) { $1 },
                    cwd: scenario.box.work
                ).end(timeout: 10)
                #expect(outcome.code == 0 && outcome.stdout == "real -s http://127.0.0.1:1/x\n", "\(outcome.story)")
            }
            let link = scenario.at.cdn + "/plain/practice.bin"
            let fetched = try await RunningProcess(
                scenario.box.path("scripts/aria2c"), ["-o", "a", link],
                environment: scenario.environment.merging(["PATH": path + ":/usr/local/bin:/usr/bin:/bin"]) { $1 }, cwd: scenario.box.work
            ).end()
            #expect(fetched.code == 0, "\(fetched.story)")
            try scenario.expectFile("a", await scenario.hub.plainFile("practice.bin"))
        }
    }

    @Test("hands standard input and output on, and a closed pipe ends it as the tool")
    func pipes() async throws {
        try await withScenario(.builtin) { scenario in
            let url = scenario.at.cdn + "/plain/practice.bin"
            let outcome = try await RunningProcess(
                "/bin/sh", ["-c", "'\(Fetchctl.binary)' curl -s '\(url)' | head -c 5 | wc -c"], environment: scenario.environment,
                cwd: scenario.box.work
            ).end()
            #expect(outcome.stdout.filter { $0.isNumber } == "5", "\(outcome.story)")
            #expect(scenario.box.files.isEmpty)
        }
    }
}
