import FetchTypes
import Storage

/// `--header 'Name: value'`, or `@FILE` with such lines.
enum HeaderOption {
    /// - Throws: ``Failure`` with exit code 64; the value is never in it.
    static func parse(_ text: String) throws(Failure) -> [(name: String, value: Secret)] {
        guard text.hasPrefix("@") else { return [try line(text)] }
        let path = String(text.dropFirst())
        guard let bytes = Disk.contents(path, limit: 1 << 20) else {
            throw Failure(.usage, "the header file \(path) cannot be read.", hint: "check its name and permissions.")
        }
        var headers: [(name: String, value: Secret)] = []
        for part in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) where !part.allSatisfy(\.isWhitespace) {
            headers.append(try line(String(part)))
        }
        return headers
    }

    private static func line(_ text: String) throws(Failure) -> (name: String, value: Secret) {
        let allowed = Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex, text[..<colon].utf8.allSatisfy(allowed.contains),
            let value = Secret(trimming: String(text[text.index(after: colon)...]))
        else {
            throw Failure(
                .usage, "a --header is not usable.", why: "it must read 'Name: value'.",
                hint: "for example: --header 'Referer: https://example.com/'")
        }
        return (String(text[..<colon]), value)
    }
}
