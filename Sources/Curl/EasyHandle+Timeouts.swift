import CCurl
import FetchTypes

extension EasyHandle {
    /// Milliseconds: what libcurl keeps as an `int`.
    private static let longestTimeout = Int(Int32.max)

    /// Limits of time: for connecting, for a connection that is silent, and for the whole request where it has one.
    func setTimes(_ request: HTTPRequest, _ settings: NetworkSettings) throws(Refusal) {
        try set(CURLOPT_CONNECTTIMEOUT, min(settings.connectTimeout, Self.longestTimeout / 1000))
        try set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try set(CURLOPT_LOW_SPEED_TIME, settings.silenceLimit)
        if let timeout = request.timeout { try set(CURLOPT_TIMEOUT_MS, max(1, min(timeout.milliseconds, Self.longestTimeout))) }
        try set(CURLOPT_TCP_KEEPALIVE, 1)
    }
}
