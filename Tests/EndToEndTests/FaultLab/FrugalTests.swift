import Foundation
import PracticeHub
import Testing

/// What a server is made to send, against what is missing. An unthrottled server shows it: what is on its way when a
/// connection is closed has been sent.
@Suite("Fault lab: bytes sent twice", .requiresNginx)
struct FrugalTests {
    private static let size: Int64 = 64 << 20
    /// Bytes sent at most, by bytes that were missing.
    private static let mostServed = 1.03

    @Test("are few, also where a begun file is finished", arguments: Engine.allCases)
    func frugal(engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            let log = scenario.box.path("served")
            let nginx = try Nginx(
                in: scenario.box, http: "log_format bytes '$body_bytes_sent';", server: "access_log \(log) bytes;")
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
                try Self.expectFrugal(whole, missing: Self.size, log)
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
                try Self.expectFrugal(rest, missing: Self.size - resumed, log)
                #expect(scenario.box.data("begun.bin") == content)
            }
        }
    }

    private static func expectFrugal(_ outcome: Outcome, missing: Int64, _ log: String) throws {
        outcome.expectSuccess()
        let fetched = try #require(try outcome.event("finished")["fetched_bytes"]?.int)
        #expect(Double(fetched) <= mostServed * Double(missing), "\(fetched) fetched of \(missing)")
        let served = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap { Int64($0) }.reduce(0, +)
        #expect(served >= missing)
        #expect(Double(served) <= mostServed * Double(missing), "\(served) served of \(missing)")
    }
}
