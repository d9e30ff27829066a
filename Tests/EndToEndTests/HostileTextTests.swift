import Foundation
import PracticeHub
import Testing

@Suite("Untrusted text that is written to a terminal")
struct HostileTextTests {
    /// What steers a terminal, hides, or reads as a line of ours; fit for a file's name.
    static let nasty =
        "\u{1B}[31m\u{1B}]0;t\u{7}\u{9B}2J\u{8}\u{7F}\u{202E}\u{200B}\u{200E}\u{61C}\u{2066}\u{FEFF}\u{AD}\u{E0041}\u{2028}\u{85}\r\nerror: fake"

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Nothing of it is left but line ends, and on a terminal our own ways to draw.
    private func expectClean(_ text: String, isTerminal: Bool = false, _ location: SourceLocation = #_sourceLocation) {
        // By scalars: a terminal's line end is one character to Swift.
        let lines = isTerminal ? String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\r" })) : text
        let ours = isTerminal ? lines.replacing(/\u{1B}\[(\d+A|J|0m|3[123]m)/, with: "") : lines
        let left = ours.unicodeScalars.filter { $0 != "\n" && Self.isUnprintable($0) }
        #expect(left.isEmpty, "\(left.map { String($0.value, radix: 16) }): \(text.debugDescription)", sourceLocation: location)
        #expect(!ours.split(separator: "\n").contains { $0.hasPrefix("error: fake") }, "\(text)", sourceLocation: location)
    }

    /// Runs it, and once more on a terminal.
    private func expectClean(_ scenario: Scenario, _ arguments: [String], _ location: SourceLocation = #_sourceLocation) async throws {
        let outcome = try await scenario.run(arguments)
        #expect(outcome.code < 80, "\(outcome.story)", sourceLocation: location)
        #expect(!outcome.stderr.isEmpty || !outcome.stdout.isEmpty, sourceLocation: location)
        expectClean(outcome.stderr, location)
        if arguments.contains("--json") || ["info", "cleanup"].contains(arguments[0]) { expectClean(outcome.stdout, location) }
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
        let line = ([Fetchctl.binary] + arguments).map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
        let shown = try await RunningProcess(
            "/usr/bin/script", ["-qefc", line.joined(separator: " "), "/dev/null"],
            environment: scenario.environment.merging(["TERM": "xterm", "SHELL": "/bin/sh"]) { $1 }, cwd: scenario.box.work, stdin: ""
        ).end()
        expectClean(shown.stdout, isTerminal: true, location)
    }

    /// The name percent-encoded, as `Content-Disposition` carries it.
    private func serve(_ scenario: Scenario) async throws -> String {
        let (url, _) = await scenario.hub.addFile(NewFile(.plain, name: "evil.bin", size: 3 << 20))
        let name = try #require((Self.nasty + ".bin").addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        await scenario.hub.addFault(
            Fault(
                .status, match: "plain/evil", status: 200, headers: ["Content-Disposition": "attachment; filename*=UTF-8''\(name)"],
                body: "x"))
        return url
    }

    @Test("is cleaned where it is a name from Content-Disposition", arguments: Engine.allCases)
    func contentDisposition(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let url = try await serve(scenario)
            for arguments in [
                ["add", "--dry-run", url], ["add", "-v", "-d", "a", url], ["add", "-v", "-d", "b", "--json", url], ["info", url],
                ["wget", "--content-disposition", "-P", "c", url], ["curl", "-OJ", url], ["aria2c", "-d", "e", url], ["gdown", url],
            ] {
                try await expectClean(scenario, arguments)
            }
        }
    }

    @Test("is cleaned where it is a path in a repo", arguments: Engine.allCases)
    func listing(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            // The first can be a path on this disk, the second never: the error is about that one.
            for (repository, name) in [("practice/odd", "a\u{200B}\u{61C}\u{AD}\u{E0041}b.bin"), ("practice/evil", "x\(Self.nasty).bin")] {
                _ = await scenario.hub.addFile(NewFile(.hub, name: name, size: 2 << 20, repository: repository))
                for arguments in [
                    ["info", repository], ["info", repository, "--json"], ["add", repository, "--dry-run"],
                    ["add", repository, "-v", "-d", "a"],
                    ["add", repository, "-d", "b", "--json"], ["hf", "download", repository, "--local-dir", "c"],
                    ["verify", repository, "-d", "a"], ["add", "hf:\(repository)/nothing.bin"],
                ] {
                    try await expectClean(scenario, arguments)
                }
            }
        }
    }

    @Test("is cleaned where it is in the record of a partial", arguments: Engine.allCases)
    func record(engine: Engine) async throws {
        try await withScenario(engine, .paced(8, seconds: 4)) { scenario in
            let name = "practice-model.safetensors"
            let running = try await scenario.start("civitai:12345", "-x", "2")
            try await scenario.waitUntilRecorded(1 << 20, of: name)
            running.send(SIGKILL)
            _ = await running.end()
            let path = scenario.box.path(name + ".fetchctl-part.json")
            let bytes = try #require(scenario.box.data(name + ".fetchctl-part.json"))
            var record = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
            for field in ["reference", "identity", "etag", "etag_host"] { record[field] = Self.nasty + field }
            try JSONSerialization.data(withJSONObject: record).write(to: URL(fileURLWithPath: path))
            for arguments in [
                ["cleanup"], ["cleanup", "--json"], ["verify", "."], ["add", "civitai:12345", "--dry-run"], ["add", "civitai:12345", "-v"],
            ] {
                try await expectClean(scenario, arguments)
            }
        }
    }

    @Test("is cleaned where it is the name of something on this disk")
    func names() async throws {
        try await withScenario(.builtin) { scenario in
            let folder = "d\(Self.nasty)"
            try scenario.box.write("x", to: "\(folder)/f\(Self.nasty).safetensors")
            try scenario.box.write("x", to: "\(folder)/p\(Self.nasty).fetchctl-part")
            let index = ["metadata": [:], "weight_map": ["a": "gone\(Self.nasty).safetensors"]]
            try scenario.box.write(JSONSerialization.data(withJSONObject: index), to: "\(folder)/model.safetensors.index.json")
            for arguments in [
                ["verify", "."], ["verify", ".", "--json"], ["cleanup", "."], ["cleanup", ".", "--json"],
                ["verify", "\(folder)/none\(Self.nasty)"], ["cleanup", "none\(Self.nasty)"], ["cleanup", ".", "--yes"],
                ["add", "civitai:12345", "-d", folder], ["add", "-i", "none\(Self.nasty)"], ["add", Self.nasty],
                ["info", "x\(Self.nasty)"],
                ["convert", "\(folder)/f\(Self.nasty).safetensors"], ["add", "--no-such\(Self.nasty)"],
            ] {
                try await expectClean(scenario, arguments)
            }
        }
    }

    @Test("is cleaned where it is a notebook's line")
    func notebook() async throws {
        try await withScenario(.builtin) { scenario in
            let lines = ["!wget -O m\(Self.nasty).bin http://h.example/m.bin", "!wget {\(Self.nasty)}", "!curl -X POST \(Self.nasty)"]
            let cell = lines.joined(separator: "\n")
            let notebook: [String: Any] = [
                "cells": [["cell_type": "code", "metadata": [:], "outputs": [], "execution_count": 1, "source": cell] as [String: Any]],
                "metadata": ["kernelspec": ["language": "python", "name": Self.nasty]], "nbformat": 4, "nbformat_minor": 5,
            ]
            try JSONSerialization.data(withJSONObject: notebook).write(to: URL(fileURLWithPath: scenario.box.path("n.ipynb")))
            try await expectClean(scenario, ["notebook", "convert", "n.ipynb"])
            try await expectClean(scenario, ["convert", "n.ipynb", "--json"])
        }
    }

    @Test("is left as it is in what programs read of standard output")
    func exact() async throws {
        try await withScenario(.builtin) { scenario in
            let folder = "d\u{1B}[31m\u{200B}"
            let outcome = try await scenario.add("civitai:12345", "-d", folder)
            outcome.expectSuccess()
            #expect(outcome.stdout == scenario.box.path("\(folder)/practice-model.safetensors") + "\n")
            let json = try await scenario.add("civitai:12345", "-d", folder, "--json")
            #expect(try json.event("skipped")["path"]?.string == scenario.box.path("\(folder)/practice-model.safetensors"))
            expectClean(json.stdout)
        }
    }
}
