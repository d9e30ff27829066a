package import Curl
package import Events
import FetchTypes
package import ModelSources
import Synchronization

/// Which engine a file gets, decided in one place and said once.
package struct EngineChooser: EngineSelection {
    package let builtin: any TransferEngine
    private let search: EngineSearch
    private let client: CurlClient
    private let budget: ConnectionBudget
    private let said = OnceOnlyMessages()
    /// Hosts that have answered with the range that they were asked for.
    private let rangeServers = RangeServers()
    /// The user has left the choice to us.
    private let isFree: Bool

    /// Files that are smaller often get the builtin engine. Bytes.
    private static let worthWarmingUp: Int64 = 1 << 20

    private func rule(_ host: String, size: Int64?, isSmall: Bool = false) -> EngineRule {
        EngineRule(isFree: isFree, isSmall: isSmall, size: size, roundTrip: client.roundTrip(to: host))
    }

    /// - Parameters:
    ///   - search: says whether there is an aria2c.
    ///   - isFree: whether the quicker engine may be chosen where aria2c would do as well.
    package init(client: CurlClient, budget: ConnectionBudget, search: EngineSearch, isFree: Bool = false) {
        self.isFree = isFree
        self.client = client
        self.budget = budget
        self.search = search
        builtin = BuiltinEngine(client: client, budget: budget)
    }

    package func choose(
        for link: ByteLink, size: Int64?, connections: Int, hasMirrors: Bool, builtinOnly: Bool, emit: EventSink
    ) async -> any TransferEngine {
        let rule = rule(link.url.host, size: size, isSmall: link.isSmall)
        let found = await search.found()
        if let note = found.note, said.first("engine") {
            let addition =
                found.supervisor != nil && rule.reason == .longLine
                ? "; builtin where a server answers in 15 ms or more, as \(link.url.host) does" : ""
            emit(.warning(nil, kind: "note", message: note + addition))
        }
        guard let supervisor = found.supervisor, !builtinOnly else { return builtin }
        // Lost before anybody had it: the first who wants it finds out, and says so.
        if await supervisor.isLost, !said.first("lost") { return builtin }
        guard rule.engine == .aria2 else { return builtin }
        guard let reason = reasonAgainstAria2(supervisor, link: link, connections: connections, hasMirrors: hasMirrors) else {
            return Aria2Engine(supervisor: supervisor, client: client, budget: budget)
        }
        if said.first(reason) { emit(.warning(nil, kind: "engine", message: "the builtin engine is used: \(reason).")) }
        return builtin
    }

    /// Has aria2c started while the rest of the way is prepared, where a file is likely to want it: that takes 0.1 s.
    package func warmUp(for file: PlannedFile, connections: Int) async {
        guard rule(file.file.locator.host, size: file.file.size).engine == .aria2 else { return }
        guard file.mirrors.isEmpty, connections <= 16, file.file.size ?? .max >= Self.worthWarmingUp else { return }
        await search.found().supervisor?.warmUp()
    }

    private func reasonAgainstAria2(
        _ supervisor: Aria2Supervisor, link: ByteLink, connections: Int, hasMirrors: Bool
    ) -> String? {
        if hasMirrors { return "it alone can tell which mirror served which bytes" }
        if connections > 16 { return "aria2c makes 16 connections at most" }
        return link.objectionToAria2(client.settings, certificates: supervisor.certificateFile)
    }

    package func onward(_ link: ByteLink) async throws -> ByteLink { try await link.followed(by: client.send) }

    package func probe(_ link: ByteLink) async throws -> LinkProbe {
        let probe = try await LinkProbe(link, client: client)
        if probe.servesRanges, probe.namesRanges, !probe.isPage, !probe.hasFalseLength {
            rangeServers.insert(link.url.origin)
        }
        return probe
    }

    package func servesRanges(_ link: ByteLink) -> Bool { link.assumesRanges && rangeServers.contains(link.url.origin) }
}

extension ByteLink {
    /// Why aria2c must not be given this link; nil when it may.
    /// - Parameter certificates: the file of authorities that it was started with; nil: its own.
    func objectionToAria2(_ settings: NetworkSettings, certificates: String?) -> String? {
        if !secretHeaders.isEmpty || !headers.isEmpty {
            return "\(url.host) wants a header with every request, which aria2c would pass on to others"
        }
        if let proxy = settings.proxies.proxy(for: url), !ProxySettings.isHTTP(proxy) {
            return "aria2c does not support this kind of proxy"
        }
        if url.scheme == "https", settings.certificateDirectory != nil { return "aria2c takes no directory of certificates" }
        if url.scheme == "https", settings.certificateFile != certificates {
            return "aria2c was started with other certificate authorities than these"
        }
        return nil
    }
}

/// Remembers hosts.
private final class RangeServers: Sendable {
    private let origins = Mutex<Set<Origin>>([])
    func insert(_ origin: Origin) { _ = origins.withLock { $0.insert(origin) } }
    func contains(_ origin: Origin) -> Bool { origins.withLock { $0.contains(origin) } }
}

/// Remembers what has been said.
private final class OnceOnlyMessages: Sendable {
    private let said = Mutex<Set<String>>([])
    func first(_ words: String) -> Bool { said.withLock { $0.insert(words).inserted } }
}
