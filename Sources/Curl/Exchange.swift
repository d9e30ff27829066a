import CCurl
import FetchTypes
import Synchronization

/// One request on its way: the libcurl handle, what it reads from, and who waits for it.
///
/// `@unchecked Sendable`: its creator touches it until it is posted to the loop, the loop's thread alone
/// from then on; only ``isCancelled`` is shared, and atomic.
final class Exchange: @unchecked Sendable {
    let request: HTTPRequest
    let sink: any ByteSink
    private let kind: ExchangeKind
    /// Bytes of this exchange count against the process's rate limit.
    let limiter: RateLimiter?
    /// Milliseconds: what libcurl keeps as an `int`.
    private static let longestTimeout = Int(Int32.max)
    let isCancelled = Atomic(false)
    var continuation: CheckedContinuation<HTTPResponse, any Error>?

    private(set) var easy: OpaqueHandle?
    /// What the handle uses, for as long as it lives.
    private var caches: SharedCaches?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var head = HTTPResponse(status: 0)
    private var didBegin = false
    private var endedBySink = false
    private var refusedAddress = false
    private var usesProxy = false
    private var violation: BodyFraming.Violation?
    private let firstAddresses: FirstAddresses
    /// This exchange is the first to connect to its host.
    private var decidesHost = false
    /// Seconds from the end of the request to the first byte of the answer; nil when there was none. Set once, before the
    /// exchange ends.
    private(set) var roundTrip: Double?
    /// Whether the answer came over HTTP/2; nil where it was not free to, and before it has begun.
    private(set) var multiplexed: Bool?
    /// Set while reading is held back for the rate limit: when to go on.
    var pausedUntil: ContinuousClock.Instant?

    init(_ request: HTTPRequest, sink: any ByteSink, kind: ExchangeKind, limiter: RateLimiter?, firstAddresses: FirstAddresses) {
        self.kind = kind
        self.firstAddresses = firstAddresses
        self.request = request
        self.sink = sink
        self.limiter = limiter
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        if let easy { curl_easy_cleanup(easy.pointer) }
        curl_slist_free_all(headerList)
        errorBuffer.deallocate()
    }

    /// Makes and sets up the handle; on the loop's thread.
    /// - Parameter awaitsFirstConnection: whether it waits for a connection that is being made to its host, to share it.
    /// - Throws: ``TransportFault`` when libcurl cannot do what is asked.
    func prepare(_ settings: NetworkSettings, _ caches: SharedCaches, awaitsFirstConnection: Bool) throws {
        guard let pointer = curl_easy_init() else {
            throw TransportFault(.malformed, host: request.url.host, detail: "libcurl gave no handle")
        }
        let easy = OpaqueHandle(pointer: pointer)
        self.easy = easy
        self.caches = caches
        try set(CURLOPT_SHARE, caches.pointer)
        let own = Unmanaged.passUnretained(self).toOpaque()
        try set(CURLOPT_PRIVATE, own)
        try set(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorBuffer))
        try set(CURLOPT_URL, request.url.string)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // 7.85 took over from a bit mask; older libcurl knows only that.
        if fetchctl_set_string(pointer, fetchctl_opt_protocols_str, "http,https") != CURLE_OK {
            try set(CURLOPT_PROTOCOLS, 3)
        }
        // Without it (before 7.87) removing a handle that is looking up a name blocks the loop.
        _ = fetchctl_set_long(pointer, fetchctl_opt_quick_exit, 1)
        try set(CURLOPT_USERAGENT, settings.userAgent)
        try set(CURLOPT_CONNECTTIMEOUT, min(settings.connectTimeout, Self.longestTimeout / 1000))
        try set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try set(CURLOPT_LOW_SPEED_TIME, settings.silenceLimit)
        if let timeout = request.timeout { try set(CURLOPT_TIMEOUT_MS, max(1, min(timeout.milliseconds, Self.longestTimeout))) }
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_HTTP_VERSION, Int(kind.mayMultiplex ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        if awaitsFirstConnection { try set(CURLOPT_PIPEWAIT, 1) }
        if let size = kind.bufferSize(limiter?.lowest) { try set(CURLOPT_BUFFERSIZE, size) }
        if let file = settings.certificateFile { try set(CURLOPT_CAINFO, file) }
        if let directory = settings.certificateDirectory { try set(CURLOPT_CAPATH, directory) }
        if settings.acceptsAnyCertificate, request.secretHeaders.isEmpty, request.url.userInformation == nil, request.body == nil {
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        let proxy = settings.proxies.proxy(for: request.url)
        usesProxy = proxy != nil
        try set(CURLOPT_PROXY, proxy?.reveal() ?? "")
        try set(CURLOPT_NOPROXY, "")
        try setMethodAndHeaders()
        try check(fetchctl_set_data_callback(pointer, CURLOPT_HEADERFUNCTION, headerCallback))
        try set(CURLOPT_HEADERDATA, own)
        try check(fetchctl_set_data_callback(pointer, CURLOPT_WRITEFUNCTION, bodyCallback))
        try set(CURLOPT_WRITEDATA, own)
        guard !usesProxy else { return }
        try check(fetchctl_set_socket_callback(pointer, CURLOPT_OPENSOCKETFUNCTION, openSocketCallback))
        try set(CURLOPT_OPENSOCKETDATA, own)
        if !request.allowsPrivateAddress {
            // A kept connection opens no socket. Before 7.80 nothing is asked then, so a new one is made.
            if fetchctl_set_prereq_callback(pointer, prereqCallback) == CURLE_OK {
                try set(fetchctl_opt_prereq_data, own)
            } else {
                try set(CURLOPT_FRESH_CONNECT, 1)
            }
        }
    }

    /// Seconds after which the rate limit is asked again, however great the debt.
    private static let longestPause = 0.2

    private func setMethodAndHeaders() throws {
        switch request.method {
        case .get: try set(CURLOPT_HTTPGET, 1)
        case .head: try set(CURLOPT_NOBODY, 1)
        case .post:
            let body = request.body ?? []
            try set(CURLOPT_POST, 1)
            try check(fetchctl_set_offset(easy!.pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            try body.withUnsafeBytes { try set(CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress)) }
        }
        // `Expect` is emptied so that a POST is not held back for a 100.
        var lines = ["Accept-Encoding: identity", "Expect:"] + request.headers.map { "\($0.name): \($0.value)" }
        if let range = request.range { lines.append("Range: \(range.headerValue)") }
        lines += request.secretHeaders.map { "\($0.name): \($0.value.reveal())" }
        for line in lines { headerList = curl_slist_append(headerList, line) }
        try check(fetchctl_set_list(easy!.pointer, CURLOPT_HTTPHEADER, headerList))
    }

    // MARK: what libcurl calls, on the loop's thread

    fileprivate func takeHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
        // By bytes: a String's characters cost more than all else that is done with a small answer.
        var text = line[...]
        while let last = text.last, last == 0x0D || last == 0x0A { text.removeLast() }
        let colon = text.firstIndex(of: UInt8(ascii: ":"))
        if text.starts(with: "HTTP/".utf8), colon == nil || head.status < 200 {
            let status =
                text.split(separator: 0x20, maxSplits: 2).dropFirst().first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
            head = HTTPResponse(status: status)
            if kind.mayMultiplex { multiplexed = text.starts(with: "HTTP/2".utf8) }
        } else if text.isEmpty {
            guard head.status >= 200, !didBegin else { return true }
            return begin()
        } else if let colon {
            let value = text[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            head.headers.append(name: String(decoding: text[..<colon], as: UTF8.self), value: String(decoding: value, as: UTF8.self))
        }
        return true
    }

    private func begin() -> Bool {
        didBegin = true
        do throws(BodyFraming.Violation) {
            try head.applyFraming()
        } catch {
            violation = error
            return false
        }
        if sink.begin(head) { return true }
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

    fileprivate func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        // In place: for IPv6 the address reaches past the declared field.
        let target = IPAddress(socketAddress: UnsafeRawPointer(address) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!)
        guard mayReach(isPrivate: target?.isSpecialPurpose ?? true) else {
            refusedAddress = true
            return curl_socket_t(-1)
        }
        return openPlainSocket(address.pointee)
    }

    private func mayReach(isPrivate: Bool) -> Bool {
        let host = request.url.host
        if firstAddresses.isFirst(host, isPrivate: isPrivate) {
            decidesHost = true
        } else if decidesHost, isPrivate, request.allowsPrivateAddress {
            firstAddresses.setPrivate(host)
        }
        return !isPrivate || (request.allowsPrivateAddress && firstAddresses.wasPrivate(host) == true)
    }

    fileprivate func mayAsk(_ remoteAddress: String) -> Bool {
        refusedAddress = IPAddress(numeric: remoteAddress)?.isSpecialPurpose ?? true
        return !refusedAddress
    }

    /// The outcome, once libcurl is done with the handle.
    func result(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
        if let violation { return .failure(fault(.malformed, violation.words)) }
        if head.status > 0 { roundTrip = measuredRoundTrip }
        if code == CURLE_OK || endedBySink {
            guard head.status > 0 else { return .failure(fault(.malformed, "the answer has no status line")) }
            if usesProxy, head.status == 407 { return .failure(fault(.proxyRefusal, "the proxy wants a login, or another one")) }
            head.isTruncated = endedBySink
            return .success(head)
        }
        if refusedAddress { return .failure(fault(.forbiddenAddress, "it leads into a private network")) }
        let kind = proxyTrouble(code) ?? TransportFault.Kind(code)
        // Silence before there was a connection is a host that was never reached.
        return .failure(fault(kind == .timeout && !isConnected ? .connect : kind, words(for: code)))
    }

    /// Whether there was a connection at all, a kept one included.
    private var isConnected: Bool {
        var microseconds: curl_off_t = 0
        var made = 0
        fetchctl_get_offset(easy!.pointer, CURLINFO_CONNECT_TIME_T, &microseconds)
        fetchctl_get_long(easy!.pointer, CURLINFO_NUM_CONNECTS, &made)
        return microseconds > 0 || (made == 0 && head.status > 0)
    }

    private var measuredRoundTrip: Double? {
        var sent: curl_off_t = 0
        var answered: curl_off_t = 0
        fetchctl_get_offset(easy!.pointer, CURLINFO_PRETRANSFER_TIME_T, &sent)
        fetchctl_get_offset(easy!.pointer, CURLINFO_STARTTRANSFER_TIME_T, &answered)
        return answered > sent ? Double(answered - sent) / 1e6 : nil
    }

    /// With a proxy in between, every connection is one to the proxy, and a refused tunnel is its answer.
    private func proxyTrouble(_ code: CURLcode) -> TransportFault.Kind? {
        guard usesProxy else { return nil }
        var answer = 0
        fetchctl_get_long(easy!.pointer, CURLINFO_HTTP_CONNECTCODE, &answer)
        if code == CURLE_COULDNT_CONNECT { return .proxyConnect }
        return answer >= 300 ? .proxyRefusal : nil
    }

    /// libcurl's words; the general ones where its own quote the proxy, which may hold a password.
    private func words(for code: CURLcode) -> String {
        let words = String(cString: errorBuffer)
        let quotesProxy = usesProxy && words.contains("roxy") && words.contains("\'")
        return words.isEmpty || quotesProxy ? String(cString: curl_easy_strerror(code)) : words
    }

    func fault(_ kind: TransportFault.Kind, _ detail: String) -> TransportFault {
        TransportFault(kind, host: request.url.host, detail: detail)
    }

    // MARK: options

    private func check(_ code: CURLcode) throws {
        guard code == CURLE_OK else { throw fault(.malformed, String(cString: curl_easy_strerror(code))) }
    }
    private func set(_ option: CURLoption, _ value: Int) throws { try check(fetchctl_set_long(easy!.pointer, option, value)) }
    private func set(_ option: CURLoption, _ value: String) throws { try check(fetchctl_set_string(easy!.pointer, option, value)) }
    private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) throws {
        try check(fetchctl_set_pointer(easy!.pointer, option, value))
    }
}

/// A libcurl handle's pointer; whoever holds it says when it is freed.
struct OpaqueHandle {
    let pointer: UnsafeMutableRawPointer
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
    exchange(context).mayAsk(String(cString: remoteAddress!)) ? 0 : 1
}

private let openSocketCallback: fetchctl_socket_callback = { context, _, address in
    exchange(context).openSocket(address!)
}
