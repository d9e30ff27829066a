package import FetchTypes

/// How long a server asks its clients to wait: `Retry-After` (RFC 9110, 10.2.3) and `RateLimit` (the IETF draft of that name).
package enum RetryAfter {
    /// How long an answer asks to wait, if it does; 31 days at most.
    ///
    /// `RateLimit: "api";r=0;t=55` (an exhausted window, its reset in seconds) wins over `Retry-After`,
    /// whose date form is read as well.
    package static func wait(_ response: HTTPResponse, now: Double = UTCTime.now()) -> Seconds? {
        let resets = response.headers.all("RateLimit").flatMap { $0.split(separator: ",") }.compactMap { policy -> Seconds? in
            let fields = policy.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let reset = fields.first(where: { $0.hasPrefix("t=") }).flatMap({ Seconds(decimal: $0.dropFirst(2)) }) else { return nil }
            return fields.contains("r=0") ? Seconds(clamping: reset.value + 1) : nil
        }
        if let longest = resets.max() { return longest }
        if let seconds = response.retryAfter { return seconds }
        guard let until = response.headers["Retry-After"].flatMap(UTCTime.imfFixdate) else { return nil }
        return Seconds(clamping: until - now - response.clockOffset(now: now))
    }
}
