import Aria2
import Curl
import FetchTypes
import ModelSources
import Partials
import Storage

/// The transfer of one file by one aria2c, from adding the job until aria2c no longer writes to the file.
struct Aria2Job: Sendable {
    let daemon: Aria2Daemon
    let supervisor: Aria2Supervisor
    let client: CurlClient
    let partial: Partial
    let links: LinkKeeper
    let meter: TransferMeter
    let permit: HostConnectionPermit
    /// Connections at most.
    let widest: Int
    let say: @Sendable (TransferNote) -> Void
    /// The job's name among those whose peers are watched; aria2c's own name for it is known once it has been handed over.
    private let ticket = Aria2GID.random()

    /// - Returns: false when aria2c ended before the job did.
    /// - Throws: ``TransferFault``, ``IOFault``, `CancellationError`; aria2c no longer writes to the partial then.
    func run() async throws -> Bool {
        // The beginnings of pieces that it leaves need not come again, and so must not count as missing.
        defer {
            partial.setDaemon(nil)
            partial.absorbControlFile()
        }
        let link = try await fitLink()
        let options = try Aria2JobOptions(
            link, ticket, into: partial, connections: permit.count, proxies: client.settings.proxies,
            rateLimit: supervisor.ownCeiling(of: client)?.bytesPerSecond)
        let watch = try await peerWatch(for: link)
        defer { supervisor.reach.end(ticket) }
        let fetchedBefore = meter.fetchedBytes
        let final: Aria2Status?
        do {
            final = try await supervisor.withJob(
                link.url, size: partial.size, options, at: daemon, limiter: supervisor.ownCeiling(of: client),
                warn: { say(.endedAria2($0)) }
            ) { gid, statuses in
                guard let watch else { return try await follow(gid, statuses) }
                return try await watch.guarding { try await follow(gid, statuses) }
            }
        } catch let fault as TransferFault where watch?.isBroken == true {
            // The origin of those bytes is not known.
            try partial.startOver()
            throw fault
        } catch let fault as Aria2RPCFault {
            try Task.checkCancellation()
            // Killed a moment ago, or hung: another is started as long as that helps.
            if daemon.exit != nil { return false }
            throw TransferFault.engineLost("\(fault)")
        }
        try Task.checkCancellation()
        guard let final else {
            if daemon.exit != nil { return false }
            throw TransferFault.engineLost("aria2c forgot the job")
        }
        guard final.state == .complete else {
            throw try await Aria2Failure(
                final, partial: partial, links: links, client: client, hasBytes: meter.fetchedBytes > fetchedBefore
            ).fault(of: link)
        }
        // Its word alone is not enough: what it does not name as written is still to come.
        guard let map = partial.map, map.isComplete, final.completedLength == map.size else {
            throw TransferFault.protocolViolation("aria2c says that it is complete, and it is not")
        }
        if let watch, !watch.hasSeenPeers {
            try partial.startOver()
            throw TransferFault.engineLost("which address aria2c read from could not be seen")
        }
        meter.set(received: partial.presentBytes, countingAsFetched: true)
        return true
    }

    /// - Returns: nil where aria2c may reach what it likes.
    /// - Throws: ``TransferFault/engineLost(_:)`` where that cannot be watched, or is to be expected to go wrong.
    private func peerWatch(for link: ByteLink) async throws -> Aria2PeerWatch? {
        let host = link.url.host
        if let proxy = client.settings.proxies.proxy(for: link.url) {
            supervisor.reach.begin(ticket, port: ProxySettings.port(of: proxy))
            return nil
        }
        if link.allowsPrivateAddress, client.isPrivate(host) {
            supervisor.reach.begin(ticket, port: link.url.port)
            return nil
        }
        guard daemon.peers != nil else { throw TransferFault.engineLost("this system does not show aria2c's connections") }
        if await HostLookup.addresses(of: host).contains(where: \.isSpecialPurpose) {
            throw TransferFault.engineLost("\(host) has an address inside a private network, which aria2c might use")
        }
        supervisor.reach.beginWatched(ticket)
        return Aria2PeerWatch(daemon, supervisor.reach, host: host)
    }

    /// A link that aria2c may be given.
    /// - Throws: ``TransferFault/engineLost(_:)`` when the source now gives one that it may not.
    private func fitLink() async throws -> ByteLink {
        let link = try await links.link()
        if let objection = link.objectionToAria2(client.settings, certificates: supervisor.certificateFile) {
            throw TransferFault.engineLost(objection)
        }
        return link
    }

    /// Follows the job until it ends, its aria2c does (nil), or the task is cancelled (nil).
    /// - Throws: ``TransferFault`` when a new link leads to something else, or is none for aria2c, or when the last connections crawl.
    private func follow(_ gid: Aria2GID, _ statuses: Aria2Supervisor.StatusStream) async throws -> Aria2Status? {
        let resumed = partial.presentBytes
        var adjustments = Aria2JobAdjustments(now: .now)
        var straggler = Aria2StragglerRule()
        for await status in statuses {
            if let size = partial.size, let bits = status.credibleBitfield(size: size) { partial.mark(bits) }
            // Before it has read the control file, aria2c says 0.
            meter.set(received: max(resumed, status.completedLength ?? 0), countingAsFetched: true)
            meter.set(connections: status.connections ?? 0)
            if status.state?.isFinal == true { return status }
            if straggler.observe(status, permitted: permit.count, now: .now) {
                let host = try await links.link().url.host
                throw TransferFault.network(TransportFault(.dropped, host: host, detail: "the last connection hardly moves"))
            }
            if meter.fetchedBytes > 0 { await links.hasBroughtBytes() }
            switch adjustments.next(status, permitted: permit.count, isLinkExpiring: await links.isExpiring, now: .now) {
            case .renewLink: try await renewLink(of: gid)
            case .reopen(let missing): try await reopen(gid, missing)
            case .widen: await widen(gid)
            case nil: break
            }
        }
        return nil
    }

    /// The source's link now, which may be a new one; nil while the source gives none.
    private func newLink() async throws -> ByteLink? {
        do {
            return try await fitLink()
        } catch let fault as TransferFault {
            throw fault
        } catch {
            return nil
        }
    }

    /// Puts a new link in the old one's place before that expires; the source may say no, and is asked again later.
    /// - Throws: ``TransferFault`` when the new link leads to another version, or is none for aria2c.
    private func renewLink(of gid: Aria2GID) async throws {
        guard let link = try await newLink(), let probe = try? await LinkProbe(link, client: client) else { return }
        if let size = partial.size, let now = probe.size, now != size { throw TransferFault.wrongSize(expected: size, got: now) }
        try partial.compareVersion(probe.validators)
        guard let uses = try? await daemon.rpc.getUris(gid) else { return }
        _ = try? await daemon.rpc.changeUri(gid, removing: uses.map(\.url), adding: [link.url])
    }

    /// aria2c loses connections one by one, and reports nothing as long as one is left: a link that has expired is replaced,
    /// and connections that broke are made again.
    /// - Throws: ``TransferFault`` when a new link leads to another version, or is none for aria2c.
    private func reopen(_ gid: Aria2GID, _ count: Int) async throws {
        guard let link = try await newLink() else { return }
        do {
            _ = try await LinkProbe(link, client: client)
        } catch TransferFault.refused(let status, _, let host) where [401, 403, 410].contains(status) {
            guard await links.refuse(link, because: "\(host) answered \(status)") else { return }
            return try await renewLink(of: gid)
        } catch {
            // It serves no request now: fewer are better.
            return permit.pushBack()
        }
        _ = try? await daemon.rpc.changeUri(gid, removing: [], adding: Array(repeating: link.url, count: count))
    }

    /// Takes the connections that other files have left over, once that doubles ours.
    private func widen(_ gid: Aria2GID) async {
        let had = permit.count
        guard had * 2 <= widest else { return }
        let more = permit.take(widest - had)
        guard more >= had else { return permit.giveBack(more) }
        let width = String(had + more)
        try? await daemon.rpc.changeOption(gid, ["split": width, "max-connection-per-server": width])
    }
}
