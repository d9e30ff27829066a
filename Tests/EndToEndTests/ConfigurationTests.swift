import Foundation
import PracticeHub
import Testing

@Suite("A configuration")
struct ConfigurationTests {
    /// What the file holds, the key, and its line.
    static let mistakes: [(text: String, key: String, line: Int)] = [
        ("[download]\nconnections = 0\n", "connections", 2),
        ("# comment\n\n[download]\njobs = 4\nengine = \"wget\"\n", "engine", 5),
        ("[download]\nretry_delay_min = \"soon\"\n", "retry_delay_min", 2),
        ("[download]\nlimit_rate = \"20X\"\n", "limit_rate", 2),
        ("[download]\ncheck_disk_space = [1]\n", "check_disk_space", 2),
        ("[download]\nlayout = \"sideways\"\n", "layout", 2),
        ("[[limit]]\nrate = \"20X\"\n", "limit.rate", 2), ("[[limit]]\nbetween = \"8-18\"\nrate = 5\n", "limit.between", 2),
        ("[[limit]]\nrate = 0\n\n[[limit]]\nrate = 5\ndays = [\"mon\", \"Tag\"]\n", "limit.days", 6),
        ("[[limit]]\nrate = 5\ndays = \"mon\"\n", "limit.days", 3), ("[[limit]]\nbetween = \"08:00-18:00\"\n", "rate", 1),
        ("limit = 5\n", "limit", 1),
        ("[download]\njobs = 4\nthis is no TOML\n", "", 3),
        ("[download]\njobs = 4 # [\n[.x]\n", "", 3), ("x = \"\"\"\n[.x\n\"\"\"\n[=]\n", "", 4), ("a = [\n[ 1 ],\n]\n[[ \n", "", 4),
        ("[download]\nx = 1979-05-27TZ\n", "", 2), ("[download]\nx = [ }\n", "", 2), ("[download]\nx = \u{2028}\n", "", 2),
    ]

    @Test("that is wrong is 78 and names file, key and line", arguments: Self.mistakes, [false, true])
    func isWrong(row: (text: String, key: String, line: Int), json: Bool) async throws {
        try await withScenario(.builtin) { scenario in
            let file = scenario.box.home + "/.config/fetchctl/config.toml"
            try FileManager.default.createDirectory(atPath: scenario.box.home + "/.config/fetchctl", withIntermediateDirectories: true)
            try row.text.write(toFile: file, atomically: true, encoding: .utf8)
            // Nothing in the environment covers the file's keys up.
            var environment = scenario.environment
            for key in ["FETCHCTL_ENGINE", "FETCHCTL_RETRY_DELAY_MIN"] { environment[key] = nil }
            let outcome = try await Fetchctl.run(
                ["add", "civitai:12354"] + (json ? ["--json"] : []), environment: environment, cwd: scenario.box.work)
            outcome.expectFailure(78, kind: json ? "config" : nil)
            for part in [file, row.key, "line \(row.line)"] where !part.isEmpty {
                #expect(outcome.stderr.contains(part) || outcome.stdout.contains(part))
            }
            if json { #expect(try outcome.events().map(\.name) == ["failed", "summary"]) }
            #expect(await scenario.hub.requests().isEmpty)
        }
    }

    @Test(
        "in the environment that is wrong is 78 and names the variable",
        arguments: [
            ("FETCHCTL_CONNECTIONS", "many"), ("FETCHCTL_JOBS", "0"), ("FETCHCTL_TIMEOUT", "-1"), ("FETCHCTL_CHECK_NETWORK", "perhaps"),
            ("FETCHCTL_CONFIG", "/no/such/config.toml"), ("FETCHCTL_ARIA2_CONF", "/no/such/aria2.conf"),
        ])
    func environment(name: String, value: String) async throws {
        try await withScenario(name == "FETCHCTL_ARIA2_CONF" ? .aria2 : .builtin) { scenario in
            let outcome = try await scenario.add("civitai:12354", environment: [name: value])
            outcome.expectFailure(78)
            #expect(outcome.stderr.contains(name))
        }
    }

    @Test("with an unknown key warns and continues; options win over environment, environment over files")
    func precedence() async throws {
        try await withScenario(.builtin) { scenario in
            let file = try scenario.box.write("[download]\nconections = 4\ndirectory = \"from-file\"\n", to: "config.toml")
            let first = try await scenario.add("civitai:12354", environment: ["FETCHCTL_CONFIG": file])
            first.expectSuccess()
            #expect(first.stderr.contains("conections") && first.stderr.contains("line 2"))
            #expect(first.stdout == scenario.box.path("from-file/practice-embedding.safetensors") + "\n")
            let both = ["FETCHCTL_CONFIG": file, "FETCHCTL_DIRECTORY": "from-environment"]
            let second = try await scenario.add("civitai:12354", environment: both)
            #expect(second.stdout == scenario.box.path("from-environment/practice-embedding.safetensors") + "\n")
            let third = try await scenario.add("civitai:12354", "-d", "from-option", environment: both)
            #expect(third.stdout == scenario.box.path("from-option/practice-embedding.safetensors") + "\n")
        }
    }

    @Test("is shown as it holds")
    func shown() async throws {
        try await withScenario(.builtin) { scenario in
            let outcome = try await scenario.run(["config", "show"], environment: ["FETCHCTL_JOBS": "7"])
            outcome.expectSuccess()
            #expect(outcome.lines.contains("jobs = 7"))
            try await scenario.run(["config", "path"]).expectSuccess()
        }
    }

    @Test("of a home folder that is not writable does no harm", arguments: Engine.allCases)
    func noHome(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            try await scenario.add("civitai:12354", environment: ["HOME": "/proc/nowhere", "XDG_CONFIG_HOME": ""]).expectSuccess()
            var environment = scenario.environment
            environment["HOME"] = nil
            try await Fetchctl.run(["add", "civitai:12344"], environment: environment, cwd: scenario.box.work).expectSuccess()
        }
    }

    @Test("with thousands of unknown keys is read at once, and says so in a few lines")
    func manyUnknown() async throws {
        try await withScenario(.builtin) { scenario in
            let keys = (0..<8000).map { "key\($0) = \($0)\n" }.joined()
            let file = try scenario.box.write("[download]\n\(keys)\njobs = 0\n", to: "config.toml")
            let outcome = try await scenario.add("civitai:12354", environment: ["FETCHCTL_CONFIG": file])
            outcome.expectFailure(78)
            #expect(outcome.seconds < 5)
            try scenario.box.write("[download]\n\(keys)", to: "config.toml")
            let other = try await scenario.add("civitai:12354", "--dry-run", environment: ["FETCHCTL_CONFIG": file])
            other.expectSuccess()
            #expect(other.stderr.contains("7995 more names") && other.stderr.split(separator: "\n").count < 20)
        }
    }

    @Test("may have a timetable of rates, which config show repeats")
    func timetable() async throws {
        try await withScenario(.builtin, isIdle: true) { scenario in
            let file = try scenario.box.write(
                """
                [[limit]]
                between = "08:00-18:00"
                days = ["mon-fri"]
                rate = "5M"

                [[limit]]
                rate = 0
                """, to: "config.toml")
            let shown = try await scenario.run(["config", "show"], environment: ["FETCHCTL_CONFIG": file])
            shown.expectSuccess()
            #expect(
                shown.stdout.contains(
                    "[[limit]]\nbetween = \"08:00-18:00\"\ndays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]\nrate = 5242880\n\n[[limit]]\nrate = 0\n"
                ))
            let again = try scenario.box.write(shown.stdout, to: "again.toml")
            #expect(try await scenario.run(["config", "show"], environment: ["FETCHCTL_CONFIG": again]).stdout == shown.stdout)
            let json = try JSONValue(
                parsing: try await scenario.run(["config", "show", "--json"], environment: ["FETCHCTL_CONFIG": file]).stdout)
            guard case .array(let limits)? = json["limit"] else { Issue.record("no limit: \(json)"); return }
            #expect(limits.count == 2 && limits[0]["rate"]?.int == 5_242_880)
        }
    }
}
