package import FetchTypes

/// `aria2.getVersion`.
package struct Aria2Version: Decodable, Sendable {
    /// Such as `1.36.0`.
    package let version: String
    /// Such as `Async DNS` and `HTTPS`.
    package let enabledFeatures: [String]

    /// Whether it was built with what `aria2.addMetalink` needs.
    var hasMetalink: Bool { enabledFeatures.contains("Metalink") }
}

/// A URL of a job as `aria2.getUris` lists it.
package struct Aria2URI: Decodable, Sendable {
    package let url: WebURL
    /// False while it waits to be used.
    package let isUsed: Bool

    enum CodingKeys: String, CodingKey { case uri, status }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        url = try container.decodeURL(.uri)
        isUsed = try container.decode(String.self, forKey: .status) == "used"
    }
}

/// One connection of a job as `aria2.getServers` lists it.
package struct Aria2Server: Decodable, Sendable {
    /// The URL of the job that it came from.
    package let url: WebURL
    /// What it reads from, after redirects.
    package let currentURL: WebURL
    /// Bytes a second.
    package let downloadSpeed: Int64

    enum CodingKeys: String, CodingKey { case uri, currentUri, downloadSpeed }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        url = try container.decodeURL(.uri)
        currentURL = try container.decodeURL(.currentUri)
        downloadSpeed = try container.decodeBytes(.downloadSpeed) ?? 0
    }
}

struct Aria2FileServers: Decodable {
    let servers: [Aria2Server]
}

extension KeyedDecodingContainer {
    func decodeURL(_ key: Key) throws -> WebURL {
        guard let url = WebURL(try decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not an http(s) URL")
        }
        return url
    }

    /// A number of bytes that the wire carries as a string; nil when the key is absent.
    func decodeBytes(_ key: Key) throws -> Int64? { try decodeNumber(key) { ByteCount(decimal: $0)?.bytes } }

    /// A count from 0 to 2^31-1 that the wire carries as a string; nil when the key is absent.
    func decodeCount(_ key: Key) throws -> Int? { try decodeNumber(key) { Int32(digits: $0).map(Int.init) } }

    private func decodeNumber<Number>(_ key: Key, _ read: (String) -> Number?) throws -> Number? {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let number = read(text) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "no such number in a string")
        }
        return number
    }
}
