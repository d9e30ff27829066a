import Foundation

/// A request as the stand-in servers look at it.
struct HubRequest: Sendable {
    enum Server: String, Sendable, CaseIterable {
        case hub, civitai, cdn, gdrive, github, modelscope, ollama
    }

    let server: Server
    let method: String
    /// Percent-encoded, without query.
    let path: String
    /// Percent-encoded, without the question mark; empty when there is none.
    let query: String
    let headers: [(name: String, value: String)]
    let body: Data
    /// The client's port.
    let connection: Int

    /// What faults ask of whoever serves the file.
    var usesReplacedContent = false
    var shiftsRange = false
    var shortensRange = false
    var ignoresRange = false

    var target: String { query.isEmpty ? path : path + "?" + query }

    func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// Whether it has a header: `name`, or `name: part of its value`, without regard to case.
    func carries(_ header: String) -> Bool {
        let parts = header.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard let name = parts.first, let value = self.header(name) else { return false }
        return parts.count < 2 || value.lowercased().contains(parts[1])
    }

    /// Scheme, host and port as the client named them.
    var origin: String { "http://" + (header("Host") ?? "127.0.0.1") }

    /// The decoded path segments. A `%2F` stays within its segment; empty segments are dropped.
    var segments: [String] {
        path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
    }

    var queryItems: [(name: String, value: String)] { Self.form(query) }

    /// The decoded value of a query item.
    func item(_ name: String) -> String? { queryItems.first { $0.name == name }?.value }

    /// The items of an `application/x-www-form-urlencoded` text.
    static func form(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                let spaced = $0.replacingOccurrences(of: "+", with: " ")
                return spaced.removingPercentEncoding ?? spaced
            }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// The token of an `Authorization: Bearer` header; nil without such a header.
    var bearerToken: String? {
        guard let value = header("Authorization"), value.lowercased().hasPrefix("bearer ") else { return nil }
        return String(value.dropFirst(7)).trimmingCharacters(in: .whitespaces)
    }

    /// The file, or what has taken its place when a fault says so.
    func content(_ file: PracticeFile) -> PracticeFile { usesReplacedContent ? file.replaced : file }
}

extension String {
    /// Percent-encoded but for letters, digits, `-._~` and the characters given.
    func percentEncoded(keeping kept: String = "") -> String {
        utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let plain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if plain || "-._~".unicodeScalars.contains(scalar) || (byte < 0x80 && kept.unicodeScalars.contains(scalar)) {
                return String(scalar)
            }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
