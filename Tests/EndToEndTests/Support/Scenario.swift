import Foundation
import PracticeHub
import Testing

/// One test's world: a practice hub, a sandbox, and an engine to move the bytes with.
struct Scenario: Sendable {
    let engine: Engine
    let hub: PracticeHub
    let at: HubAddresses
    let box: Sandbox

    /// Tries again soon, so that a test of many tries is a short one.
    static let shortDelays = ["FETCHCTL_RETRY_DELAY_MIN": "0.05", "FETCHCTL_RETRY_DELAY_MAX": "0.2"]

    /// The environment of every run: this and nothing else.
    var environment: [String: String] {
        var environment = Self.shortDelays
        environment["PATH"] = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        environment["HOME"] = box.home
        environment["TMPDIR"] = box.temporary
        environment["HF_ENDPOINT"] = at.hub
        environment["FETCHCTL_CIVITAI_ENDPOINT"] = at.civitai
        environment["FETCHCTL_GDRIVE_ENDPOINT"] = at.gdrive
        environment["FETCHCTL_GITHUB_ENDPOINT"] = at.github
        environment["FETCHCTL_MODELSCOPE_ENDPOINT"] = at.modelscope
        environment["FETCHCTL_OLLAMA_ENDPOINT"] = at.ollama
        environment["FETCHCTL_ENGINE"] = engine.rawValue
        return environment
    }

    /// `fetchctl add` to its end, in the working directory.
    ///
    /// - Parameter environment: on top of the usual one; an empty value stays an empty value.
    func add(
        _ arguments: String..., environment extra: [String: String] = [:], stdin: String? = nil, timeout: Double = 60,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await run(["add"] + arguments, environment: extra, stdin: stdin, timeout: timeout, location)
    }

    func run(
        _ arguments: [String], environment extra: [String: String] = [:], stdin: String? = nil, timeout: Double = 60,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await Fetchctl.run(
            arguments, environment: environment.merging(extra) { $1 }, cwd: box.work, stdin: stdin, timeout: timeout, location)
    }

    /// `fetchctl add`, left running.
    func start(_ arguments: String..., environment extra: [String: String] = [:]) async throws -> RunningProcess {
        try await Fetchctl.start(["add"] + arguments, environment: environment.merging(extra) { $1 }, cwd: box.work)
    }

    // MARK: what the hub saw

    func requests(_ server: String, _ part: String = "") async -> [RecordedRequest] {
        await hub.requests().filter { $0.server == server && ($0.path.contains(part) || part.isEmpty) }
    }

    /// Body bytes that the content network sent.
    func bytesServed() async -> Int64 { await requests("cdn").reduce(0) { $0 + $1.bodyBytesSent } }

    /// Forgets the requests so far: also those that a client sent and did not wait for, once they have been taken up.
    func forgetRequests() async {
        var last = -1
        await eventually {
            let count = await hub.requests().count
            defer { last = count }
            if count != last { try? await Task.sleep(for: .milliseconds(100)) }
            return count == last
        }
        await hub.resetRequests()
    }

    /// Waits until the content network has sent that much.
    func waitUntilServed(_ bytes: Int64, _ location: SourceLocation = #_sourceLocation) async throws {
        let isSo = await eventually { await bytesServed() >= bytes }
        let served = await bytesServed()
        try #require(isSo, "only \(served) bytes were served", sourceLocation: location)
    }

    /// Waits until so much of a partial is recorded as safe on the disk.
    func waitUntilRecorded(_ bytes: Int64, of name: String, _ location: SourceLocation = #_sourceLocation) async throws {
        let isSo = await eventually { box.recordedBytes(name) >= bytes }
        try #require(isSo, "only \(box.recordedBytes(name)) bytes were recorded: \(box.allFiles)", sourceLocation: location)
    }

    /// The aria2c processes of this sandbox.
    var aria2c: [Int32] { ProcessTable.ofHome(box.home).filter { ProcessTable.name($0) == "aria2c" } }

    // MARK: what must hold

    /// The file is there, whole, under its final name, and of a transfer nothing else is left.
    func expectFile(_ name: String, _ content: PracticeFile?, _ location: SourceLocation = #_sourceLocation) throws {
        let content = try #require(content, sourceLocation: location)
        let data = try #require(box.data(name), "\(name) is not there, but \(box.allFiles)", sourceLocation: location)
        #expect(data.count == Int(content.size), sourceLocation: location)
        if !content.isSame(as: data) {
            let other = zip(data, content.data).enumerated().first { $1.0 != $1.1 }?.offset ?? min(data.count, Int(content.size))
            Issue.record("\(name) has other bytes, from byte \(other) on", sourceLocation: location)
        }
        expectNoCompanions(name, location)
    }

    func expectNoCompanions(_ name: String, _ location: SourceLocation = #_sourceLocation) {
        let left = box.allFiles.filter { $0.contains(Sandbox.partialEnding) || $0.hasSuffix(".aria2") || $0.hasSuffix("__temp") }
        #expect(left.filter { $0.hasPrefix(name) }.isEmpty, "left: \(left)", sourceLocation: location)
    }

    /// Nothing has the final name.
    func expectNoFile(_ name: String, _ location: SourceLocation = #_sourceLocation) {
        #expect(!box.exists(name), "\(name) is there", sourceLocation: location)
    }
}

extension PracticeFile {
    /// Compared outside of `#expect`, which would work out how two blocks of megabytes differ.
    func isSame(as data: Data?) -> Bool { data == self.data }
}

extension HubConfiguration {
    /// With large files that are soon fetched: 6 MiB.
    static var small: HubConfiguration {
        var configuration = HubConfiguration()
        configuration.modelSize = 6 << 20
        return configuration
    }

    /// A file of so many MiB that takes the seconds that it has, whatever the number of connections.
    static func paced(_ mebibytes: Int64, seconds: Double) -> HubConfiguration {
        var configuration = HubConfiguration()
        configuration.modelSize = mebibytes << 20
        configuration.bytesPerSecondTotal = Int64(Double(mebibytes << 20) / seconds)
        return configuration
    }
}

/// Runs a test in a world of its own, when it is its turn.
///
/// - Parameter isIdle: it does little but wait, and need not wait for its turn too.
func withScenario(
    _ engine: Engine, _ configuration: HubConfiguration = .small, isIdle: Bool = false, _ body: (Scenario) async throws -> Void
) async throws {
    try engine.require()
    try await (isIdle ? Gate.idle : Gate.shared).pass {
        try await PracticeHub.withHub(configuration) { (hub, addresses) async throws in
            try await Sandbox.with { box in
                try await body(Scenario(engine: engine, hub: hub, at: addresses, box: box))
            }
        }
    }
}
