import Foundation
import Testing

/// Names that lead elsewhere the next time they are asked for, in a network of their own, which only root can make.
@Suite("Fault lab: a name that changes its address", .requiresRoot)
struct ChangingNameTests {
    private static let script =
        "/" + URL(fileURLWithPath: #filePath).pathComponents.dropFirst().dropLast(3).joined(separator: "/") + "/Peers/changing_name.py"

    private func add(_ mode: String, _ engine: Engine, to target: String = "-", _ arguments: String...) async throws -> (Outcome, [String])
    {
        try engine.require()
        let python = try HubPeer.newest.require() + "/bin/python"
        return try await Gate.shared.pass {
            try await Sandbox.with { box in
                var environment = Scenario.shortDelays
                environment["PATH"] = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
                environment["HOME"] = box.home
                environment["TMPDIR"] = box.temporary
                environment["FETCHCTL_ENGINE"] = engine.rawValue
                environment["PYTHONDONTWRITEBYTECODE"] = "1"
                let outcome = try await RunningProcess(
                    "/usr/bin/unshare",
                    [
                        "--mount", "--net", python, Self.script, mode, box.temporary, target, Fetchctl.binary, "add", "--json", "--retries",
                        "1",
                    ]
                        + arguments,
                    environment: environment, cwd: box.work
                ).end()
                return (outcome, box.files)
            }
        }
    }

    @Test(
        "is tried wherever what it needs has to be there: in CI",
        arguments: [(nil, false), ("", false), ("0", false), ("False", false), ("true", true), ("1", true), ("yes", true)])
    func inCI(value: String?, isHere: Bool) { #expect(CI.isSet(value) == isHere) }

    @Test("and redirects to itself: what was typed is its first address", arguments: Engine.allCases)
    func later(engine: Engine) async throws {
        let (outcome, files) = try await add(
            "later", engine, to: "http://files.example.com:8080/file.bin", "http://files.example.com/start.bin")
        outcome.expectFailure(69, kind: "unreachable")
        #expect(!outcome.stderr.contains("asked 127.0.0.1"), "\(outcome.story)")
        #expect(files.isEmpty)
    }

    @Test("for aria2c alone is found by its connections")
    func aria2c() async throws {
        let (outcome, files) = try await add("aria2c", .aria2, "http://files.example.com/file.bin")
        outcome.expectFailure(69, kind: "unreachable")
        #expect(outcome.stderr.contains("asked 127.0.0.1 /file.bin"), "\(outcome.story)")
        #expect(files.isEmpty, "\(files)")
    }

    @Test("which has one inside a private network besides, is not given to aria2c")
    func both() async throws {
        let (outcome, files) = try await add(
            "both", .aria2, to: "http://b.example.com/file.bin", "http://files.example.com/start.bin", "-o", "file.bin")
        outcome.expectSuccessIgnoringOthers()
        #expect(try outcome.event("finished")["engine"]?.string == "builtin")
        #expect(!outcome.stderr.contains("asked 127.0.0.1"), "\(outcome.story)")
        #expect(files == ["file.bin"])
    }

    @Test("and does not is followed as ever, aria2c watched", arguments: Engine.allCases)
    func steady(engine: Engine) async throws {
        let (outcome, files) = try await add(
            "steady", engine, to: "http://files.example.com:8080/file.bin", "http://files.example.com/start.bin", "-o", "file.bin")
        outcome.expectSuccessIgnoringOthers()
        #expect(try outcome.event("finished")["engine"]?.string == engine.rawValue)
        #expect(files == ["file.bin"])
    }
}

extension Outcome {
    /// Standard error is another's as well.
    fileprivate func expectSuccessIgnoringOthers(_ location: SourceLocation = #_sourceLocation) {
        #expect(code == 0, "\(story)", sourceLocation: location)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips for everybody else, but not in CI: a network of one's own is root's to make.
    fileprivate static var requiresRoot: Self { .enabled("only root makes networks") { geteuid() == 0 || CI.isHere } }
}
