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

    /// What faults ask of the handler that serves the file.
    var usesReplacedContent = false
    var shiftsRange = false
    var shortensRange = false
    var ignoresRange = false

    var target: String { query.isEmpty ? path : path + "?" + query }

    func header(_ name: String) -> String? {
        headers.first { $0.name.utf8.elementsEqual(name.utf8) { $0 | 0x20 == $1 | 0x20 } }?.value
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
        path.split(separator: "/").map { $0.percentDecoded() }
    }

    var queryItems: [(name: String, value: String)] { Self.form(query) }

    /// The decoded value of a query item.
    func item(_ name: String) -> String? {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0].percentDecoded(plusIsSpace: true) == name {
                return parts.count > 1 ? parts[1].percentDecoded(plusIsSpace: true) : ""
            }
        }
        return nil
    }

    /// The items of an `application/x-www-form-urlencoded` text.
    static func form(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.percentDecoded(plusIsSpace: true)
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

extension Substring {
    /// Percent-decoded, or as it is where that makes no text. By bytes: it is done several times for each request, and
    /// Foundation's takes a tenth of what a small file costs.
    func percentDecoded(plusIsSpace: Bool = false) -> String {
        guard utf8.contains(where: { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }) else { return String(self) }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else { return String(self) }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? String(self)
    }
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
