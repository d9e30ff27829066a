import FetchTypes

/// Header fields as people type them.
enum HeaderText {
    /// `Name: value`; what has no colon, or no value (curl removes a header so), is left away.
    static func headers(_ texts: [String]) -> [(name: String, value: Secret)] {
        texts.compactMap { text in
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let name = text[..<colon].filter { $0 != " " }
            guard !name.isEmpty, name.lowercased() != "user-agent", let value = Secret(trimming: String(text[text.index(after: colon)...]))
            else { return nil }
            return (name, value)
        }
    }

    /// The one that asks for something else than the whole file.
    static func strange(_ texts: [String]) -> String? {
        let names = texts.map { $0.prefix { $0 != ":" }.lowercased().filter { $0 != " " } }
        return names.first { $0 == "range" || $0.hasPrefix("if-") }.map { "a \($0) header" }
    }

    /// The one that names the program, which is no secret and goes to every host.
    static func userAgent(_ texts: [String]) -> String? {
        texts.last { $0.lowercased().hasPrefix("user-agent:") }.map { String($0.dropFirst("user-agent:".count).drop { $0 == " " }) }
    }

    /// RFC 7617.
    static func basic(_ user: String, _ password: String) -> (name: String, value: Secret) {
        ("Authorization", Secret("Basic " + base64(Array("\(user):\(password)".utf8))))
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let three = bytes[start..<min(start + 3, bytes.count)]
            let number = three.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - three.count))
            for place in 0..<4 { text.append(place <= three.count ? digits[number >> (18 - 6 * place) & 63] : UInt8(ascii: "=")) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
