package import FetchTypes
package import Storage

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How many connections hosts have taken before they pushed back: remembered for a day, so that the next run does not have to
/// find it out again. Kept in `hosts.json` of the state folder, by origin. Loopback is never in it.
package struct HostCeilings: Sendable, Equatable {
    private struct Entry: Codable, Equatable {
        /// 1 to ``HostCeilings/mostConnections``.
        var connections: Int
        /// Seconds since 1970.
        var until: Double
    }

    private struct Document: Codable {
        var version = 1
        var hosts: [String: Entry]
    }

    private var hosts: [String: Entry] = [:]

    /// Seconds for which a ceiling is remembered.
    private static let lifetime: Double = 86_400
    private static let mostConnections = 64
    private static let mostHosts = 1000
    /// Bytes of the file at most; a larger one is not ours.
    private static let largestFile = 1 << 20

    package init() {}

    /// What earlier runs have noted. A file that cannot be read or understood, and entries that make no sense, are ignored.
    /// - Parameter now: seconds since 1970.
    package init(path: String, now: Double) {
        guard let bytes = Disk.contents(path, onlyFiles: true), bytes.count <= Self.largestFile,
            let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)), document.version == 1
        else { return }
        hosts = document.hosts.filter { origin, entry in
            (1...Self.mostConnections).contains(entry.connections) && entry.until > now && entry.until <= now + Self.lifetime
                && !(WebURL(origin + "/")?.origin.isLoopback ?? true)
        }
    }

    /// Connections that the host took; nil when it is not known to push back.
    package func connections(to origin: Origin) -> Int? { hosts[origin.description]?.connections }

    /// - Parameters:
    ///   - connections: what the host still took.
    ///   - now: seconds since 1970.
    package mutating func note(_ origin: Origin, connections: Int, now: Double) {
        guard !origin.isLoopback else { return }
        hosts[origin.description] = Entry(connections: max(1, min(connections, Self.mostConnections)), until: now + Self.lifetime)
        while hosts.count > Self.mostHosts, let oldest = hosts.min(by: { $0.value.until < $1.value.until }) { hosts[oldest.key] = nil }
    }

    /// Replaces the file, which only its owner may read.
    /// - Throws: ``IOFault``.
    package func write(to path: String) throws(IOFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(Document(hosts: hosts)) else { return }
        try Disk.replaceSecret(path, with: Array(data) + [UInt8(ascii: "\n")])
    }
}
