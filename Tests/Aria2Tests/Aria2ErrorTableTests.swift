import Testing

@testable import Aria2

@Suite("aria2's errors")
struct ErrorTableTests {
    @Test(
        arguments: [
            (0, .ok), (1, .retryNetwork), (2, .timeout), (3, .notFound), (4, .notFound), (5, .timeout), (6, .retryNetwork),
            (7, .unfinished), (8, .rangeNotHonoured), (9, .diskFull), (10, .rewriteControlFile), (11, .alreadyDownloading),
            (12, .alreadyDownloading), (13, .rebuildControlFile), (14, .localIO), (15, .localIO), (16, .localIO), (17, .localIO),
            (18, .localIO), (19, .nameResolution), (20, .fatal), (21, .fatal), (22, .probe(status: nil)), (23, .fatal), (24, .renewLink),
            (25, .fatal), (26, .fatal), (27, .fatal), (28, .badOption), (29, .probe(status: nil)), (30, .fatal), (31, .removed),
            (32, .wrongData), (33, .fatal), (-1, .fatal),
        ] as [(Int, Aria2ErrorTable.Action)])
    func `each have an action and a meaning`(code: Int, action: Aria2ErrorTable.Action) {
        let entry = Aria2ErrorTable.entry(code: code)
        #expect(entry.code == code && entry.action == action && entry.status == nil)
        #expect(!entry.meaning.isEmpty && !entry.meaning.hasSuffix("."))
    }

    @Test(
        arguments: [
            (1, "Download aborted.", .rebuildControlFile),
            (1, "Got EOF from the server.", .retryNetwork),
            (1, "Failed to establish connection, cause: Connection refused", .unreachable),
            (1, "Failed to connect to the host 10.1.2.3, cause: Network is unreachable", .unreachable),
            (1, "SSL/TLS handshake failure: unknown", .retryNetwork),
            (1, "Invalid checksum index=12", .wrongData),
            (22, "No URI available.", .probe(status: nil)),
            (22, "The response status is not successful. status=403", .renewLink),
            (22, "The response status is not successful. status=429", .probe(status: 429)),
            (22, "status=410 x", .renewLink),
            (29, "The response status is not successful. status=503", .probe(status: 503)),
            (10, "Download aborted.", .rewriteControlFile),
            (9, "status=403", .diskFull),
        ] as [(Int, String, Aria2ErrorTable.Action)])
    func `are told apart by aria2's words where the number is too coarse`(code: Int, message: String, action: Aria2ErrorTable.Action) {
        #expect(Aria2ErrorTable.entry(code: code, message: message).action == action)
    }

    @Test(arguments: [
        ("status=404", 404), ("x status=200, y", 200), ("status=", nil), ("status=40", nil), ("status=4041", nil), ("404", nil),
    ])
    func `hold the status, or none`(message: String, status: Int?) {
        #expect(Aria2ErrorTable.status(in: message) == status)
    }
}
