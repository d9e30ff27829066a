import Curl
import FetchTypes
import Testing

/// Runs `body` with a client, which is shut down when `body` ends in whatever way.
func withClient<Result>(
    environment: [String: String] = [:], threads: Int = 1, limiter: RateLimiter? = nil, connectTimeout: Int = 15,
    _ body: (CurlClient) async throws -> Result
) async rethrows -> Result {
    var settings = NetworkSettings(userAgent: "fetchctl-test/1", environment: environment)
    settings.connectTimeout = connectTimeout
    let client = CurlClient(settings: settings, threads: threads, limiter: limiter)
    defer { client.shutDown() }
    return try await body(client)
}

func url(_ text: String) throws -> WebURL { try #require(WebURL(text)) }

/// The fault that the closure ends with.
func fault<Result>(_ body: () async throws -> Result) async throws -> TransportFault {
    do {
        _ = try await body()
    } catch let fault as TransportFault {
        return fault
    }
    throw Unexpected(what: "no fault came")
}

struct Unexpected: Error { let what: String }
