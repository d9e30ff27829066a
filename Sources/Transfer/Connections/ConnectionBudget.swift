import Curl
package import FetchTypes
import Synchronization

/// How many connections the whole process holds to each host: a source sees one guest, however many files it
/// fetches, and the files share alike.
package final class ConnectionBudget: Sendable {
    private struct Host {
        var used = 0
        var files = 0
        /// After the host pushed back: how many it gets, and when it last did so.
        var ceiling: Int?
        var pushedBack: ContinuousClock.Instant?
        /// It pushed back in this run.
        var isNews = false
    }

    private struct State {
        var hosts: [Origin: Host] = [:]
        /// The files of each batch.
        var crowds: [ObjectIdentifier: Int] = [:]
        /// The same while no batch has said.
        let assumed: Int

        var crowd: Int { crowds.isEmpty ? assumed : crowds.values.reduce(0, +) }
    }

    private let limit: Int
    /// A host that pushes back several connections at once has said it once.
    private static let onePushBack = Duration.seconds(1)
    /// Without a push-back for this long, a host is tried with twice as many.
    private static let recovery = Duration.seconds(30)
    private let state: Mutex<State>
    private let slots = RequestSlots()
    /// What earlier runs have found out.
    private let remembered: HostCeilings

    /// - Parameters:
    ///   - limit: connections to one host over all files.
    ///   - crowd: see ``setCrowd(_:of:)``.
    ///   - remembered: hosts that have pushed back in earlier runs; they begin with what they took then.
    package init(limit: Int = 32, crowd: Int = 1, remembered: HostCeilings = HostCeilings()) {
        self.limit = limit
        self.remembered = remembered
        state = Mutex(State(assumed: crowd))
    }

    /// Says how many files of a batch are under way or about to be, so that the first ones do not take what the next will need.
    /// - Parameter files: 0 when the batch has ended.
    package func setCrowd(_ files: Int, of batch: ObjectIdentifier) {
        state.withLock { $0.crowds[batch] = files > 0 ? files : nil }
    }

    /// Connections that every host takes now: fewer than the limit where one of them has pushed back.
    package var ceiling: Int { state.withLock { $0.hosts.values.reduce(limit) { min($0, limit(of: $1)) } } }

    /// Connections that a host takes now, as far as it is known.
    package func connections(to host: Origin) -> Int { state.withLock { limit(of: $0.hosts[host] ?? newcomer(host)) } }

    /// Small files that may be under way at once: more than requests, because each is written and named besides.
    /// - Parameter overStreams: whether the hosts offer HTTP/2, so that many requests share a connection.
    package func smallFiles(overStreams: Bool) -> Int { requests(within: ceiling, overStreams) + limit }

    /// Runs a request for a description, a link or a small file when its host has room for one more. Large files keep half of the
    /// connections.
    package func request<Result: Sendable>(
        at host: Origin, overStreams: Bool, _ request: () async throws -> Result
    ) async rethrows -> Result {
        let room = requests(within: connections(to: host), overStreams)
        return try await slots.with(host, limit: hasLargeFiles ? max(1, room / 2) : room, request)
    }

    private func requests(within ceiling: Int, _ overStreams: Bool) -> Int {
        overStreams && ceiling == limit ? max(ceiling, StreamLimits.requests) : ceiling
    }

    private var hasLargeFiles: Bool { state.withLock { $0.crowds.values.contains { $0 > 0 } } }

    /// A file begins to fetch from a host.
    /// - Parameter isSmall: it needs one connection for a moment: the others need not leave it a share.
    package func permit(at host: Origin, isSmall: Bool = false) -> HostConnectionPermit {
        let files = isSmall ? 0 : 1
        state.withLock { $0.hosts[host, default: newcomer(host)].files += files }
        return HostConnectionPermit(budget: self, host: host, files: files)
    }

    private func newcomer(_ host: Origin) -> Host {
        guard let ceiling = remembered.connections(to: host) else { return Host() }
        // A moment ago, so that a push-back of this run counts at once.
        return Host(ceiling: ceiling, pushedBack: .now - Self.onePushBack)
    }

    /// What this run has found out, beside what earlier ones had; nil when no host has pushed back.
    /// - Parameter now: seconds since 1970.
    package func news(now: Double) -> HostCeilings? {
        let hosts = state.withLock { $0.hosts }.filter { $0.value.isNews && !$0.key.isLoopback }
        guard !hosts.isEmpty else { return nil }
        return hosts.reduce(into: remembered) { $0.note($1.key, connections: $1.value.ceiling ?? limit, now: now) }
    }

    // MARK: for HostConnectionPermit

    /// Up to `wanted` more connections for a file that holds `held`, within the fair share. The first is always granted.
    func grant(_ wanted: Int, holding held: Int, at host: Origin) -> Int {
        state.withLock { state in
            let free = min(share(state, host) - held, limit(of: state.hosts[host]) - (state.hosts[host]?.used ?? 0))
            let granted = max(held == 0 ? min(1, wanted) : 0, min(wanted, free))
            state.hosts[host]?.used += granted
            return granted
        }
    }

    /// - Parameter files: how many files less share the host from now on.
    func takeBack(_ connections: Int, files: Int = 0, at host: Origin) {
        state.withLock { state in
            state.hosts[host]?.used -= connections
            state.hosts[host]?.files -= files
        }
    }

    /// The host refused or broke a connection: all files together hold half as many to it from now on.
    func pushBack(at host: Origin) {
        state.withLock { state in
            guard var there = state.hosts[host] else { return }
            let now = ContinuousClock.now
            if let last = there.pushedBack, now - last < Self.onePushBack { return }
            there.ceiling = max(1, min(limit(of: there), there.used) / 2)
            there.pushedBack = now
            there.isNews = true
            state.hosts[host] = there
        }
    }

    /// Connections that one file may hold to that host now.
    func fairShare(at host: Origin) -> Int { state.withLock { max(1, share($0, host)) } }

    private func share(_ state: State, _ host: Origin) -> Int {
        limit(of: state.hosts[host]) / max(1, state.hosts[host]?.files ?? 1, state.crowd)
    }

    private func limit(of host: Host?) -> Int {
        guard let ceiling = host?.ceiling, let pushedBack = host?.pushedBack else { return limit }
        let doublings = Int((ContinuousClock.now - pushedBack) / Self.recovery)
        return doublings > 5 ? limit : min(limit, ceiling << doublings)
    }
}
