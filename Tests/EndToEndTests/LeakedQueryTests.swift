import Foundation
import PracticeHub
import Testing

@Suite("A server that quotes the signed link")
struct LeakedQueryTests {
    private static let secret = "SECRET0deadbeef0123456789"
    private static let path = "/plain/practice.bin?X-Amz-Date=1&X-Amz-Signature=\(secret)&token=\(secret)"

    static let bodies: [(type: String, body: String)] = [
        ("text/plain", "no access to \(path)"), ("text/plain", "GET\n\(path)\n&Signature=\(secret)\n\(secret)"),
        ("application/json", #"{"message": "denied: \#(path)"}"#), ("application/json", #"{"error": "Signature=\#(secret) is over"}"#),
        ("application/xml", "\n<Error><Resource>\(path)</Resource><Signature>\(secret)</Signature></Error>"),
    ]

    @Test("does not appear in errors, events and other tools' messages", arguments: bodies, Engine.allCases)
    func quoted(row: (type: String, body: String), engine: Engine) async throws {
        try await withScenario(engine) { scenario in
            await scenario.hub.addFault(
                Fault(.status, match: "cdn/plain", status: 403, headers: ["Content-Type": row.type], body: row.body))
            let url = scenario.at.cdn + Self.path
            for arguments in [
                ["add", url, "--retries", "0"], ["add", url, "--retries", "0", "--json"], ["add", url, "--dry-run"], ["info", url],
                ["wget", url], ["curl", "-fO", url], ["aria2c", url],
            ] {
                let outcome = try await scenario.run(arguments)
                #expect(outcome.code != 0, "\(arguments)")
                for text in [outcome.stdout, outcome.stderr] {
                    #expect(!text.contains("SECRET") && !text.contains("deadbeef"), "\(arguments[0]): \(text)")
                }
            }
        }
    }
}
