import CCurl
import FetchTypes

/// How a request of ours becomes libcurl's options.
extension EasyHandle {
    /// Sets all that does not call back.
    /// - Parameters:
    ///   - awaitsFirstConnection: whether it waits for a connection that is being made to its host, to share it.
    ///   - proxy: through which the request goes; nil: through none.
    ///   - limiter: what holds back reading; nil: nothing.
    mutating func configure(
        _ request: HTTPRequest, _ settings: NetworkSettings, kind: ExchangeKind, awaitsFirstConnection: Bool, proxy: Secret?,
        limiter: RateLimiter?
    ) throws(Refusal) {
        try set(CURLOPT_URL, request.url.string)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // 7.85 took over from a bit mask; older libcurl knows only that.
        if fetchctl_set_string(pointer!, fetchctl_opt_protocols_str, "http,https") != CURLE_OK {
            try set(CURLOPT_PROTOCOLS, 3)
        }
        // Without it (before 7.87) removing a handle that is looking up a name blocks the loop.
        _ = fetchctl_set_long(pointer!, fetchctl_opt_quick_exit, 1)
        try set(CURLOPT_USERAGENT, settings.userAgent)
        try setTimes(request, settings)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_HTTP_VERSION, Int(kind.mayMultiplex ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        if awaitsFirstConnection { try set(CURLOPT_PIPEWAIT, 1) }
        if let size = kind.bufferSize(limiter?.lowest) { try set(CURLOPT_BUFFERSIZE, size) }
        try setCertificates(request, settings)
        try set(CURLOPT_PROXY, proxy?.reveal() ?? "")
        try set(CURLOPT_NOPROXY, "")
        switch settings.ipVersion {
        case .any: break
        case .four: try set(CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V4))
        case .six: try set(CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V6))
        }
        try setMethodAndHeaders(request)
    }

    private func setCertificates(_ request: HTTPRequest, _ settings: NetworkSettings) throws(Refusal) {
        if let file = settings.certificateFile { try set(CURLOPT_CAINFO, file) }
        if let directory = settings.certificateDirectory { try set(CURLOPT_CAPATH, directory) }
        if settings.acceptsAnyCertificate, request.secretHeaders.isEmpty, request.url.userInformation == nil, request.body == nil {
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    private mutating func setMethodAndHeaders(_ request: HTTPRequest) throws(Refusal) {
        switch request.method {
        case .get: try set(CURLOPT_HTTPGET, 1)
        case .head: try set(CURLOPT_NOBODY, 1)
        case .post:
            try set(CURLOPT_POST, 1)
            try set(body: request.body ?? [])
        }
        // `Expect` is emptied so that a POST is not held back for a 100.
        var lines = ["Accept-Encoding: identity", "Expect:"] + request.headers.map { "\($0.name): \($0.value)" }
        if let range = request.range { lines.append("Range: \(range.headerValue)") }
        lines += request.secretHeaders.map { "\($0.name): \($0.value.reveal())" }
        try set(headers: lines)
    }
}
