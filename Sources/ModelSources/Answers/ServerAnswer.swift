package import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What may be told of a server's answer.
package enum ServerAnswer {
    /// The server's own words about an error: of JSON its `message`, `error` or first of its `errors`, else the text; nothing of an
    /// HTML page. One line of at most 200 characters, without the secrets that were sent (S3 repeats them) and without
    /// any query.
    static func words(_ response: HTTPResponse, hiding secrets: [(name: String, value: Secret)] = []) -> String? {
        guard !response.isHTML, !response.body.isEmpty, response.body.count <= 1 << 20 else { return nil }
        let text: String
        if let said = try? JSONDecoder().decode(Said.self, from: Data(response.body)) {
            guard let words = said.words else { return nil }
            text = words
        } else {
            text = String(String(decoding: response.body.prefix(2000), as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" })
            if text.hasPrefix("<") || text.hasPrefix("{") || text.hasPrefix("[") { return nil }
        }
        return clean(text, hiding: secrets)
    }

    /// A text of a stranger's, fit for a message; nil when nothing is left.
    static func clean(_ text: String, hiding secrets: [(name: String, value: Secret)] = []) -> String? {
        var text = text
        for secret in secrets {
            // `Bearer x` is also repeated as `x` alone.
            for part in [secret.value.reveal()] + secret.value.reveal().split(separator: " ").map(String.init) where part.utf8.count >= 6 {
                text = text.replacing(part, with: "<secret>")
            }
        }
        let words = text.withoutQueries.withoutControlCharacters.replacing("\u{FFFD}", with: " ").split(separator: " ")
        let line = words.joined(separator: " ")
        guard !line.isEmpty else { return nil }
        return line.count > 200 ? line.prefix(199) + "…" : line
    }

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

    /// Whether the same request may well succeed later.
    static func isTransient(_ response: HTTPResponse) -> Bool {
        [408, 425, 429].contains(response.status) || (500...599).contains(response.status)
    }

    /// The refusal for an answer that ``isTransient(_:)``.
    static func refusal(_ response: HTTPResponse, service: String, said: String? = nil, now: Double) -> TransientRefusal {
        let throttled = response.status == 429
        var failure = Failure(
            throttled ? .rateLimited : .server,
            throttled ? "\(service) is throttling requests from here." : "\(service) is in trouble (HTTP \(response.status)).",
            why: said.map { "it said: \($0)" }, hint: "try again later with the same command.")
        failure.status = response.status
        return TransientRefusal(failure, retryAfter: wait(response, now: now))
    }

    private struct Said: Decodable {
        var words: String?

        private enum Keys: String, CodingKey {
            case error, message, errors
            case capital = "Message"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            words =
                fields.lenient(String.self, .message) ?? fields.lenient(String.self, .error) ?? fields.lenient(String.self, .capital)
                ?? fields.lenientArray(Entry.self, .errors).first?.message
        }

        /// A registry's errors are a list.
        private struct Entry: Decodable { var message: String }
    }
}
