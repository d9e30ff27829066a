import FetchTypes
import Foundation
import Testing
@testable import Transfer

@Suite("Ceilings of hosts") struct HostCeilingsTests {
    static let now = 1_800_000_000.0
    static let host = Origin(scheme: "https", host: "cdn.example", port: 443)

    private func withFile<Result>(_ text: String?, _ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ceilings-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/state/hosts.json"
        if let text {
            try FileManager.default.createDirectory(atPath: folder + "/state", withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }
        return try body(path)
    }

    @Test("What a host took is remembered for a day, in a file that only its owner reads")
    func remembered() throws {
        try withFile(nil) { path in
            var ceilings = HostCeilings()
            ceilings.note(Self.host, connections: 6, now: Self.now)
            try ceilings.write(to: path)
            #expect(HostCeilings(path: path, now: Self.now + 86_000).connections(to: Self.host) == 6)
            #expect(HostCeilings(path: path, now: Self.now + 86_401).connections(to: Self.host) == nil)
            // A clock that was set back does not keep it for ever.
            #expect(HostCeilings(path: path, now: Self.now - 1).connections(to: Self.host) == nil)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
    }

    static let strangeFiles: [String] = [
        "", "null", "[]", "{", #"{"version": 2, "hosts": {}}"#,
        #"{"version": 1, "hosts": {"https://cdn.example": {"connections": 0, "until": 1800000100}}}"#,
        #"{"version": 1, "hosts": {"https://cdn.example": {"connections": -1, "until": 1800000100}}}"#,
        #"{"version": 1, "hosts": {"https://cdn.example": {"connections": 99999999999999999999, "until": 1800000100}}}"#,
        #"{"version": 1, "hosts": {"https://cdn.example": {"connections": 4, "until": 1e300}}}"#,
        #"{"version": 1, "hosts": {"not an origin": {"connections": 4, "until": 1800000100}}}"#,
    ]

    @Test("A malformed file is ignored", arguments: strangeFiles)
    func strange(text: String) throws {
        try withFile(text) { path in
            #expect(HostCeilings(path: path, now: Self.now).connections(to: Self.host) == nil)
        }
    }

    @Test("Loopback is never remembered", arguments: ["127.0.0.1", "localhost", "::1"])
    func loopback(host: String) {
        let origin = Origin(scheme: "http", host: host, port: 8000)
        var ceilings = HostCeilings()
        ceilings.note(origin, connections: 2, now: Self.now)
        #expect(ceilings == HostCeilings())
        let budget = ConnectionBudget()
        let permit = budget.permit(at: origin)
        _ = permit.take(8)
        permit.pushBack()
        #expect(budget.news(now: Self.now) == nil)
    }

    @Test("A run starts with the host's last limit, and records changes")
    func budget() {
        var ceilings = HostCeilings()
        ceilings.note(Self.host, connections: 6, now: Self.now)
        let budget = ConnectionBudget(remembered: ceilings)
        let permit = budget.permit(at: Self.host)
        #expect(permit.take(16) == 6)
        #expect(budget.ceiling == 6)
        #expect(budget.news(now: Self.now) == nil)
        permit.pushBack()
        #expect(budget.news(now: Self.now)?.connections(to: Self.host) == 3)
    }
}
