package import FetchTypes

/// `aria2.getVersion`.
package struct Aria2Version: Decodable, Sendable {
    /// Such as `1.36.0`.
    package let version: String
    /// Such as `Async DNS` and `HTTPS`.
    package let enabledFeatures: [String]
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
        downloadSpeed = try container.decodeNumber(.downloadSpeed) ?? 0
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

    /// A number that the wire carries as a string; nil when the key is absent.
    func decodeNumber<Number: FixedWidthInteger>(_ key: Key) throws -> Number? {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let number = Number(text) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not a number in a string")
        }
        return number
    }
}
