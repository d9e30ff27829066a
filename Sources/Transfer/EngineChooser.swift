package import Curl
import Events
import FetchTypes
import ModelSources
import Synchronization

/// Which engine a file gets, decided in one place and said once.
package struct EngineChooser: Sendable {
    let builtin: BuiltinEngine
    private let aria2: Aria2Engine?
    private let supervisor: Aria2Supervisor?
    private let client: CurlClient
    private let note: String?
    private let said = OnceOnlyMessages()

    /// Files that are smaller often get the builtin engine. Bytes.
    private static let worthWarmingUp: Int64 = 1 << 20

    /// - Parameter supervisor: nil when aria2c is not there or not wanted.
    package init(client: CurlClient, budget: ConnectionBudget, supervisor: Aria2Supervisor?, note: String? = nil) {
        self.client = client
        self.supervisor = supervisor
        self.note = note
        builtin = BuiltinEngine(client: client, budget: budget)
        aria2 = supervisor.map { Aria2Engine(supervisor: $0, client: client, budget: budget) }
    }

    func choose(for link: ByteLink, connections: Int, hasMirrors: Bool, builtinOnly: Bool, emit: EventSink) async -> any TransferEngine {
        if let note, said.first(note) { emit(.warning(nil, kind: "note", message: note)) }
        guard let aria2, let supervisor, !builtinOnly else { return builtin }
        // Lost before anybody had it: the first who wants it finds out, and says so.
        if await supervisor.isLost, !said.first("lost") { return builtin }
        // One request does it; aria2c would have to be told how large the file is first.
        if link.isSmall { return builtin }
        guard let reason = reasonAgainstAria2(link, connections, hasMirrors) else { return aria2 }
        if said.first(reason) { emit(.warning(nil, kind: "engine", message: "the builtin engine is used: \(reason).")) }
        return builtin
    }

    /// Has aria2c started while the rest of the way is prepared, where a file is likely to want it: that takes 0.1 s.
    package func warmUp(for file: PlannedFile, connections: Int) async {
        guard let supervisor, file.mirrors.isEmpty, connections <= 16, file.file.size ?? .max >= Self.worthWarmingUp else { return }
        await supervisor.warmUp()
    }

    private func reasonAgainstAria2(_ link: ByteLink, _ connections: Int, _ hasMirrors: Bool) -> String? {
        if hasMirrors { return "it alone can tell which mirror brought which bytes" }
        if connections > 16 { return "aria2c makes 16 connections at most" }
        return link.objectionToAria2(client.settings)
    }

    /// The end of a link's redirects.
    func onward(_ link: ByteLink) async throws -> ByteLink { try await link.followed(by: client.send) }

    func probe(_ link: ByteLink) async throws -> LinkProbe { try await LinkProbe(link, client: client) }
}

extension ByteLink {
    /// Why aria2c must not be given this link; nil when it may.
    func objectionToAria2(_ settings: NetworkSettings) -> String? {
        if !secretHeaders.isEmpty || !headers.isEmpty {
            return "\(url.host) wants a header with every request, which aria2c would pass on to others"
        }
        if let proxy = settings.proxies.proxy(for: url), !ProxySettings.isHTTP(proxy) {
            return "aria2c does not speak to this kind of proxy"
        }
        if url.scheme == "https", settings.certificateDirectory != nil { return "aria2c takes no directory of certificates" }
        return nil
    }
}

/// Remembers what has been said.
private final class OnceOnlyMessages: Sendable {
    private let said = Mutex<Set<String>>([])
    func first(_ words: String) -> Bool { said.withLock { $0.insert(words).inserted } }
}
