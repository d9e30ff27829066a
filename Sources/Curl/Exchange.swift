import CCurl
import FetchTypes
import Synchronization

/// One request in progress: the libcurl handle, its parsed answer, and the task that waits for it.
///
/// `@unchecked Sendable`: its creator touches it until it is posted to the loop, the loop's thread alone
/// from then on; only ``isCancelled`` is shared, and atomic.
final class Exchange: @unchecked Sendable {
    let request: HTTPRequest
    let sink: any ByteSink
    private let kind: ExchangeKind
    /// Bytes of this exchange count against the process's rate limit.
    let limiter: RateLimiter?
    /// Seconds after which the rate limit is asked again, however great the debt.
    private static let longestPause = 0.2
    let isCancelled = Atomic(false)
    var continuation: CheckedContinuation<HTTPResponse, any Error>?

    private(set) var easy = EasyHandle()
    private var parser = HeaderParser()
    private var endedBySink = false
    private var usesProxy = false
    private var violation: BodyFraming.Violation?
    private var sockets: ExchangeSockets
    /// Seconds from the end of the request to the first byte of the answer; nil when there was none. Set once, before the
    /// exchange ends.
    private(set) var roundTrip: Double?
    /// Whether the answer came over HTTP/2; nil where it was not free to, and before it has begun.
    var multiplexed: Bool? { kind.mayMultiplex && parser.head.status > 0 ? parser.isHTTP2 : nil }
    /// Set while reading is held back for the rate limit: when to go on.
    var pausedUntil: ContinuousClock.Instant?

    init(
        _ request: HTTPRequest, sink: any ByteSink, kind: ExchangeKind, limiter: RateLimiter?, firstAddresses: FirstAddresses,
        spares: SpareConnections
    ) {
        sockets = ExchangeSockets(request, firstAddresses: firstAddresses, spares: spares)
        self.request = request
        self.sink = sink
        self.kind = kind
        self.limiter = limiter
    }

    /// Makes and sets up the handle; on the loop's thread.
    /// - Parameter awaitsFirstConnection: whether it waits for a connection that is being made to its host, to share it.
    /// - Returns: libcurl's handle.
    /// - Throws: ``TransportFault`` when libcurl cannot do what is asked.
    func prepare(
        _ settings: NetworkSettings, _ caches: SharedCaches, awaitsFirstConnection: Bool
    ) throws(TransportFault) -> UnsafeMutableRawPointer {
        let proxy = settings.proxies.proxy(for: request.url)
        usesProxy = proxy != nil
        do throws(EasyHandle.Refusal) {
            try easy.open(caches)
            try easy.configure(
                request, settings, kind: kind, awaitsFirstConnection: awaitsFirstConnection, proxy: proxy, limiter: limiter)
            try setCallbacks()
        } catch {
            throw fault(.malformed, error.words)
        }
        return easy.pointer!
    }

    private func setCallbacks() throws(EasyHandle.Refusal) {
        let own = Unmanaged.passUnretained(self).toOpaque()
        let pointer = easy.pointer!
        try easy.set(CURLOPT_PRIVATE, own)
        try easy.check(fetchctl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION, headerCallback))
        try easy.set(CURLOPT_HEADERDATA, own)
        try easy.check(fetchctl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION, bodyCallback))
        try easy.set(CURLOPT_WRITEDATA, own)
        guard !usesProxy else { return }
        try easy.check(fetchctl_set_socket_callback(pointer, CURLOPT_OPENSOCKETFUNCTION, openSocketCallback))
        try easy.set(CURLOPT_OPENSOCKETDATA, own)
        try easy.check(fetchctl_set_socket_option_callback(pointer, socketOptionCallback))
        try easy.set(CURLOPT_SOCKOPTDATA, own)
        sockets.begin()
        guard !request.allowsPrivateAddress else { return }
        // A kept connection opens no socket. Before 7.80 nothing is asked then, so a new one is made.
        if fetchctl_set_prereq_callback(pointer, prereqCallback) == CURLE_OK {
            try easy.set(fetchctl_opt_prereq_data, own)
        } else {
            try easy.set(CURLOPT_FRESH_CONNECT, 1)
        }
    }

    // MARK: what libcurl calls, on the loop's thread

    fileprivate func takeHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
        guard parser.take(line) else { return true }
        do throws(BodyFraming.Violation) {
            try parser.applyFraming()
        } catch {
            violation = error
            return false
        }
        if sink.begin(parser.head) { return true }
        endedBySink = true
        return false
    }

    fileprivate func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let debt = limiter?.debtSeconds(), debt > 0 {
            // The ceiling may be raised meanwhile.
            pausedUntil = .now + .seconds(min(debt, Self.longestPause))
            return fetchctl_write_pause()
        }
        limiter?.take(bytes.count)
        if sink.receive(bytes) { return bytes.count }
        endedBySink = true
        return 0
    }

    fileprivate func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t { sockets.open(address) }

    fileprivate var socketState: Int32 { sockets.state }

    fileprivate func maySend(to remoteAddress: String) -> Bool { sockets.maySend(to: remoteAddress) }

    /// See ``ExchangeSockets/makeFurtherConnections(hasAnswer:now:)``.
    func makeFurtherConnections(now: ContinuousClock.Instant = .now) -> Duration? {
        sockets.makeFurtherConnections(hasAnswer: parser.head.status > 0, now: now)
    }

    /// The outcome, once libcurl is done with the handle.
    func result(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
        if let violation { return .failure(fault(.malformed, violation.words)) }
        var head = parser.head
        if head.status > 0 { roundTrip = easy.roundTrip }
        if code == CURLE_OK || endedBySink {
            guard head.status > 0 else { return .failure(fault(.malformed, "the answer has no status line")) }
            if usesProxy, head.status == 407 { return .failure(fault(.proxyRefusal, "the proxy wants a login, or another one")) }
            head.isTruncated = endedBySink
            return .success(head)
        }
        if sockets.hasRefused { return .failure(fault(.forbiddenAddress, "it leads into a private network")) }
        let kind = proxyTrouble(code) ?? TransportFault.Kind(code)
        // Whether there was a connection at all, a kept one included.
        let isConnected = easy.hasConnected || easy.connections == 0 && head.status > 0
        // Silence before there was a connection is a host that was never reached.
        return .failure(fault(kind == .timeout && !isConnected ? .connect : kind, words(for: code)))
    }

    /// With a proxy in between, every connection is one to the proxy, and a refused tunnel is its answer.
    private func proxyTrouble(_ code: CURLcode) -> TransportFault.Kind? {
        guard usesProxy else { return nil }
        if code == CURLE_COULDNT_CONNECT { return .proxyConnect }
        return easy.tunnelStatus >= 300 ? .proxyRefusal : nil
    }

    /// libcurl's message; the general one where it would quote the proxy, which may hold a password.
    private func words(for code: CURLcode) -> String {
        let words = easy.errorWords
        let quotesProxy = usesProxy && words.contains("roxy") && words.contains("\'")
        return words.isEmpty || quotesProxy ? String(cString: curl_easy_strerror(code)) : words
    }

    func fault(_ kind: TransportFault.Kind, _ detail: String) -> TransportFault {
        TransportFault(kind, host: request.url.host, detail: detail)
    }
}

private func exchange(_ context: UnsafeMutableRawPointer?) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(context!).takeUnretainedValue()
}

private let headerCallback: fetchctl_data_callback = { data, size, count, context in
    exchange(context).takeHeaderLine(UnsafeRawBufferPointer(start: data, count: size * count)) ? size * count : 0
}

private let bodyCallback: fetchctl_data_callback = { data, size, count, context in
    exchange(context).takeBody(UnsafeRawBufferPointer(start: data, count: size * count))
}

private let prereqCallback: fetchctl_prereq_callback = { context, remoteAddress, _, _, _ in
    // CURL_PREREQFUNC_OK and CURL_PREREQFUNC_ABORT
    exchange(context).maySend(to: String(cString: remoteAddress!)) ? 0 : 1
}

private let socketOptionCallback: fetchctl_socket_option_callback = { context, _, _ in exchange(context).socketState }

private let openSocketCallback: fetchctl_socket_callback = { context, _, address in
    exchange(context).openSocket(address!)
}
