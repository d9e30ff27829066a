import Foundation
import Testing

@testable import Aria2

@Suite("Finding aria2c", .timeLimit(.minutes(1)))
struct ExecutableTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A script in place of aria2c, in a folder of its own.
    private func script(_ text: String, in folder: String = "bin", mode: Int = 0o755) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
        try scratch.write(Array("#!/bin/sh\n\(text)\n".utf8), to: "\(folder)/aria2c", mode: mode)
        return "\(scratch.path)/\(folder)"
    }

    @Test(arguments: [
        ("aria2 version 1.36.0", "1.36.0", true), ("aria2 version 1.37.0", "1.37.0", true), ("aria2 version 1.35.0", "1.35.0", false),
        ("aria2 version 1.37.0-motrix.3", "1.37.0-motrix.3", false), ("aria2 version 1.380.0", "1.380.0", false),
        ("aria2-next 2.6.1", "aria2-next 2.6.1", false),
    ])
    func `tells aria2's own from forks`(line: String, version: String, isStock: Bool) async throws {
        let folder = try script("echo '\(line)'; echo 'Copyright'")
        let found = try await Aria2Executable.find(environment: ["PATH": "/nonexistent:\(folder):/bin"])
        #expect(found == Aria2Executable(path: "\(folder)/aria2c", version: version))
        #expect(found.isStock == isStock && found.hasControlFiles == isStock)
    }

    @Test func `takes the variable's before PATH's`() async throws {
        let onPath = try script("echo aria2 version 1.36.0")
        let named = try script("echo aria2 version 1.37.0", in: "other")
        let found = try await Aria2Executable.find(environment: ["PATH": "\(onPath):/bin", "FETCHCTL_ARIA2C": "\(named)/aria2c"])
        #expect(found.version == "1.37.0")
    }

    @Test func `finds none where the variable is empty, or names none, or PATH has none`() async throws {
        let folder = try script("echo aria2 version 1.36.0")
        let unusable = try script("echo aria2 version 1.36.0", in: "locked", mode: 0o644)
        let table: [([String: String], Aria2Executable.Absence)] = [
            (["PATH": folder, "FETCHCTL_ARIA2C": ""], .switchedOff),
            (["PATH": folder, "FETCHCTL_ARIA2C": "/nonexistent"], .notExecutable("/nonexistent")),
            (["PATH": folder, "FETCHCTL_ARIA2C": folder], .notExecutable(folder)),
            (["PATH": folder, "FETCHCTL_ARIA2C": "\(unusable)/aria2c"], .notExecutable("\(unusable)/aria2c")),
            (["PATH": "/nonexistent:\(unusable)"], .notOnPath), (["PATH": ""], .notOnPath), ([:], .notOnPath),
        ]
        for (environment, absence) in table {
            await #expect(throws: absence) { try await Aria2Executable.find(environment: environment) }
        }
    }

    @Test func `never takes a link to the program that looks`() async throws {
        let links = "\(scratch.path)/shims"
        try FileManager.default.createDirectory(atPath: links, withIntermediateDirectories: true)
        let own = try #require(ProcFS.link("/proc/self/exe"))
        try FileManager.default.createSymbolicLink(atPath: "\(links)/aria2c", withDestinationPath: own)
        let folder = try script("echo aria2 version 1.36.0")
        let found = try await Aria2Executable.find(environment: ["PATH": "\(links):\(folder):/bin"])
        #expect(found.path == "\(folder)/aria2c")
        await #expect(throws: Aria2Executable.Absence.ourselves("\(links)/aria2c")) {
            try await Aria2Executable.find(environment: ["FETCHCTL_ARIA2C": "\(links)/aria2c"])
        }
    }

    @Test(arguments: ["exit 1", "echo hello", "true", "kill -9 $$", "echo aria2 version 1.36.0; exit 3", "/bin/sleep 100 & /bin/sleep 100"])
    func `says what does not work`(text: String) async throws {
        let folder = try script(text)
        let absence = try await #require(throws: Aria2Executable.Absence.self) {
            try await Aria2Executable.find(environment: ["PATH": folder], timeout: .seconds(1))
        }
        guard case .doesNotWork("\(folder)/aria2c", _) = absence else { throw absence }
        let working = try script("echo aria2 version 1.36.0", in: "behind")
        let found = try await Aria2Executable.find(environment: ["PATH": "\(folder):\(working)"], timeout: .seconds(1))
        #expect(found.path == "\(working)/aria2c")
    }

    @Test func `tells other copies of fetchctl not to look for an aria2c of their own`() async throws {
        let folder = try script("test \"$FETCHCTL_HANDED_OVER\" = '*' && echo aria2 version 1.36.0")
        #expect(try await Aria2Executable.find(environment: ["PATH": folder]).version == "1.36.0")
    }

    @Test func `gives up with the task that asks`() async throws {
        let folder = try script("sleep 100")
        let search = Task { try await Aria2Executable.find(environment: ["PATH": "\(folder):/usr/bin:/bin"]) }
        search.cancel()
        await #expect(throws: Aria2Executable.Absence.self) { try await search.value }
    }
}
