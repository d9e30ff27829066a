import Foundation
import PracticeHub
import Testing

/// What a server is asked for, and what comes, against what is missing. A request without a range is for the whole file, of which
/// an unthrottled server has sent much before its connection is closed.
@Suite("Fault lab: bytes sent twice", .requiresNginx)
struct FrugalTests {
    private static let size: Int64 = 64 << 20
    /// Bytes fetched at most, by bytes that were missing. At its end the builtin engine asks for a straggler's rest twice.
    private static func mostFetched(_ engine: Engine) -> Double { engine == .aria2 ? 1.03 : 1.2 }

    @Test("are few, because every request names a range, also where a begun file is finished", arguments: Engine.allCases)
    func frugal(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let log = scenario.box.path("served")
            let nginx = try Nginx(
                in: scenario.box, http: "log_format asked '$body_bytes_sent $http_range';", server: "access_log \(log) asked;")
            var content = Data(count: Int(Self.size))
            content.withUnsafeMutableBytes { bytes in
                for index in stride(from: 0, to: bytes.count, by: 8) {
                    bytes.storeBytes(of: UInt64(index) &* 0x9E37_79B9_7F4A_7C15, toByteOffset: index, as: UInt64.self)
                }
            }
            try nginx.put(content, as: "large.bin")
            let link = "http://127.0.0.1:\(nginx.port)/large.bin"
            try await nginx.serving {
                let whole = try await scenario.add(link, "-x", "16", "--json", "-o", "whole.bin")
                try Self.expectFrugal(engine, whole, missing: Self.size, log)
                #expect(scenario.box.data("whole.bin") == content)

                let running = try await scenario.start(link, "-x", "16", "--json", "-o", "begun.bin", "--limit-rate", "24M")
                try await scenario.waitUntilRecorded(16 << 20, of: "begun.bin")
                running.send(SIGINT)
                _ = await running.end()
            }
            // Another one, because the first may still log what was broken off.
            try Data().write(to: URL(fileURLWithPath: log))
            try await nginx.serving {
                let rest = try await scenario.add(link, "-x", "16", "--json", "-o", "begun.bin")
                let resumed = try #require(try rest.event("started")["resumed_bytes"]?.int)
                #expect(resumed >= 16 << 20)
                try Self.expectFrugal(engine, rest, missing: Self.size - resumed, log)
                #expect(scenario.box.data("begun.bin") == content)
            }
        }
    }

    private static func expectFrugal(_ engine: Engine, _ outcome: Outcome, missing: Int64, _ log: String) throws {
        outcome.expectSuccess()
        let fetched = try #require(try outcome.event("finished")["fetched_bytes"]?.int)
        #expect(Double(fetched) <= mostFetched(engine) * Double(missing), "\(fetched) fetched of \(missing)")
        let requests = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(requests.compactMap { Int64($0[0]) }.reduce(0, +) >= missing)
        // nginx logs `-` where there is no such header.
        #expect(requests.allSatisfy { $0[1].hasPrefix("bytes=") }, "\(requests.map { $0[1] })")
    }
}
