internal import FetchTypes

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What may be told of a server's answer.
package enum ServerAnswer {
    /// The server's own message about an error: of JSON its `message`, `error` or first of its `errors`, else the text; nothing of an
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

    /// Untrusted text, cleaned for a message; nil when nothing is left.
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
        return TransientRefusal(failure, retryAfter: RetryAfter.wait(response, now: now))
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
