import CCurl
package import FetchTypes
import Synchronization

/// HTTP through libcurl: small answers whole, large ones into a sink.
///
/// Redirects are not followed, nothing is retried, no cookie is kept. Cancelling the calling task ends
/// the exchange within milliseconds.
package final class CurlClient: Sendable {
    /// Connections of HTTP/1.1, each used by one request at a time.
    private let loops: [CurlLoop]
    /// What https servers are asked for answers and small files: over streams where they offer HTTP/2.
    private let streams: CurlLoop
    private let nextLoop = Atomic(0)
    /// The ceiling for file bytes; nil where none can be set.
    package let limiter: RateLimiter?
    private let firstAddresses = FirstAddresses()
    private let roundTrips = RoundTripTable()
    private let protocols = ObservedProtocols()
    private let spares = SpareConnections()
    package let settings: NetworkSettings
    /// There is a ceiling for file bytes: what is fetched twice is missing elsewhere.
    package var isLimited: Bool { limiter?.lowest != nil }

    /// - Parameters:
    ///   - threads: loop threads for file bytes; requests for small answers of http servers share the first, those of https
    ///     servers have one of their own.
    ///   - limiter: the ceiling for file bytes.
    package init(settings: NetworkSettings, threads: Int = 1, limiter: RateLimiter? = nil) {
        CurlLibrary.start()
        self.settings = settings
        self.limiter = limiter
        let caches = SharedCaches()
        loops = (0..<max(1, threads)).map { [spares] _ in CurlLoop(settings: settings, caches: caches, spares: spares) }
        streams = CurlLoop(settings: settings, caches: caches, spares: spares, multiplexes: true)
    }

    /// Sends a request and returns the whole answer, its body cut at the request's `maximumBody`.
    /// - Throws: ``TransportFault``; `CancellationError` when the task is cancelled.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let sink = BodySink(limit: request.maximumBody)
        let exchange = Exchange(request, sink: sink, kind: .answer, limiter: nil, firstAddresses: firstAddresses, spares: spares)
        var response = try await run(exchange, on: request.url.scheme == "https" ? streams : loops[0])
        response.body = sink.body
        return response
    }

    /// A lane for a file's requests. A small file's are streams where the server offers HTTP/2; a large file has connections of its
    /// own, spread over the threads, but for the one that resolving has left open.
    package func lane(at origin: Origin, isSmall: Bool) -> ConnectionLane {
        // A paused stream would hold up the others of its connection.
        if !isLimited, origin.scheme == "https" {
            if isSmall { return ConnectionLane(.stream) }
            if protocols.claim(origin) { return ConnectionLane(.keptConnection) { [protocols] in protocols.release(origin) } }
        }
        return ConnectionLane(.own(thread: nextLoop.wrappingAdd(1, ordering: .relaxed).oldValue & .max))
    }

    /// All https servers of this run have offered HTTP/2, and no other has been asked: small files are bound by ``StreamLimits``.
    package var usesStreams: Bool { !isLimited && protocols.allMultiplex }

    /// Sends a request and gives the answer's head and bytes to the sink as they arrive.
    /// - Parameter lane: from ``lane(at:isSmall:)``; one of its own when nil.
    /// - Returns: the head; `isTruncated` when the sink ended it before the body did.
    /// - Throws: ``TransportFault`` when the answer broke off; `CancellationError` when the task is cancelled.
    package func receive(_ request: HTTPRequest, into sink: any ByteSink, lane: ConnectionLane? = nil) async throws -> HTTPResponse {
        let lane = lane ?? self.lane(at: request.url.origin, isSmall: false)
        let exchange = Exchange(
            request, sink: sink, kind: .file(over: lane.path), limiter: limiter, firstAddresses: firstAddresses, spares: spares)
        defer { withExtendedLifetime(lane) {} }
        // The link may have led elsewhere meanwhile: what is not encrypted has connections of its own.
        if case .own(let thread) = lane.path { return try await run(exchange, on: loops[thread % loops.count]) }
        return try await run(exchange, on: request.url.scheme == "https" ? streams : loops[0])
    }

    /// Seconds from a request to the first byte of its answer, as short as the host, or else any host, has shown it in this
    /// run; nil before the first answer.
    package func roundTrip(to host: String) -> Double? { roundTrips.estimate(for: host) }

    private func run(_ exchange: Exchange, on loop: CurlLoop) async throws -> HTTPResponse {
        defer {
            if let seconds = exchange.roundTrip { roundTrips.note(seconds, host: exchange.request.url.host) }
            if let multiplexes = exchange.multiplexed { protocols.note(exchange.request.url.origin, multiplexes: multiplexes) }
        }
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
        for loop in loops + [streams] { loop.stop() }
    }
}

/// libcurl as a whole.
package enum CurlLibrary {
    private static let started: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    static func start() {
        precondition(started, "libcurl does not start")
    }

    /// What the library that runs can do.
    package struct Features: Sendable, Equatable {
        package var version: String
        /// The TLS library with its version; nil when there is none.
        package var tls: String?
        package var hasHTTP2: Bool
        package var hasIPv6: Bool
    }

    package static var features: Features {
        Features(
            version: version, tls: fetchctl_tls_version().map { String(cString: $0) }, hasHTTP2: fetchctl_has_http2() != 0,
            hasIPv6: fetchctl_has_ipv6() != 0)
    }

    /// The version that runs, which may be older than the headers built against: `7.88.1`.
    package static var version: String {
        String(cString: fetchctl_version())
    }
}
