import CCurl
package import FetchTypes
import Synchronization

/// HTTP through libcurl: small answers whole, large ones into a sink.
///
/// Redirects are not followed, nothing is retried, no cookie is kept. Cancelling the calling task ends
/// the exchange within milliseconds.
package final class CurlClient: Sendable {
    private let loops: [CurlLoop]
    private let nextLoop = Atomic(0)
    /// The ceiling for file bytes; nil where none can be set.
    package let limiter: RateLimiter?
    private let firstAddresses = FirstAddresses()
    private let roundTrips = RoundTripTable()
    package let settings: NetworkSettings
    /// There is a ceiling for file bytes: what is fetched twice is missing elsewhere.
    package var isLimited: Bool { limiter?.lowest != nil }

    /// - Parameters:
    ///   - threads: loop threads for file bytes; requests for small answers share the first.
    ///   - limiter: the ceiling for file bytes.
    package init(settings: NetworkSettings, threads: Int = 1, limiter: RateLimiter? = nil) {
        CurlLibrary.start()
        self.settings = settings
        self.limiter = limiter
        loops = (0..<max(1, threads)).map { _ in CurlLoop(settings: settings) }
    }

    /// Sends a request and returns the whole answer, its body cut at the request's `maximumBody`.
    /// - Throws: ``TransportFault``; `CancellationError` when the task is cancelled.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let sink = BodySink(limit: request.maximumBody)
        var response = try await run(Exchange(request, sink: sink, limiter: nil, firstAddresses: firstAddresses), on: loops[0])
        response.body = sink.body
        return response
    }

    /// A lane for requests that follow one another: only those of one lane are sure to find the connection that the
    /// last one left open. Lanes are spread over the threads.
    package func lane() -> Int { nextLoop.wrappingAdd(1, ordering: .relaxed).oldValue & .max }

    /// Sends a request and gives the answer's head and bytes to the sink as they arrive.
    /// - Parameter lane: from ``lane()``; one of its own when nil.
    /// - Returns: the head; `isTruncated` when the sink ended it before the body did.
    /// - Throws: ``TransportFault`` when the answer broke off; `CancellationError` when the task is cancelled.
    package func receive(_ request: HTTPRequest, into sink: any ByteSink, lane: Int? = nil) async throws -> HTTPResponse {
        let exchange = Exchange(request, sink: sink, limiter: limiter, firstAddresses: firstAddresses)
        return try await run(exchange, on: loops[(lane ?? self.lane()) % loops.count])
    }

    /// Seconds from a request to the first byte of its answer, as short as the host, or else any host, has shown it in this
    /// run; nil before the first answer.
    package func roundTrip(to host: String) -> Double? { roundTrips.estimate(for: host) }

    private func run(_ exchange: Exchange, on loop: CurlLoop) async throws -> HTTPResponse {
        defer { if let seconds = exchange.roundTrip { roundTrips.note(seconds, host: exchange.request.url.host) } }
        do {
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    exchange.continuation = continuation
                    loop.post(exchange)
                }
            } onCancel: {
                exchange.isCancelled.store(true, ordering: .relaxed)
                loop.wake()
            }
        } catch let fault as TransportFault where fault.kind == .cancelled {
            throw CancellationError()
        }
    }

    /// Whether a host was inside a private network when it was first connected to, or is an address there.
    package func isPrivate(_ host: String) -> Bool {
        firstAddresses.wasPrivate(host) ?? IPAddress(numeric: host)?.isSpecialPurpose ?? false
    }

    /// Ends what runs and joins the threads. Call it before the process exits.
    package func shutDown() {
        for loop in loops { loop.stop() }
    }
}

/// libcurl as a whole.
package enum CurlLibrary {
    private static let started: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    static func start() {
        precondition(started, "libcurl does not start")
    }

    /// The version that runs, which may be older than the headers built against: `7.88.1`.
    package static var version: String {
        String(cString: fetchctl_version())
    }
}
