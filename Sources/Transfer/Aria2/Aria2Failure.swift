import Aria2
import Curl
import FetchTypes
import ModelSources
import Partials
import Storage

/// How a job of aria2c's ended that is not complete, as a fault of ours. aria2 hides statuses, so for most of its errors the
/// server itself is asked.
struct Aria2Failure {
    private let status: Aria2Status
    private let partial: Partial
    private let links: LinkKeeper
    private let client: CurlClient
    private let hasBytes: Bool

    /// - Parameter hasBytes: whether the job has received anything.
    init(_ status: Aria2Status, partial: Partial, links: LinkKeeper, client: CurlClient, hasBytes: Bool) {
        self.hasBytes = hasBytes
        self.status = status
        self.partial = partial
        self.links = links
        self.client = client
    }

    /// - Throws: what the server answers now, where that says it.
    func fault(of link: ByteLink) async throws -> any Error {
        guard let entry = status.fault else { return TransferFault.engineLost("aria2c ended the job as \(status.state?.rawValue ?? "?")") }
        let host = link.url.host
        let words = "aria2c: \(entry.meaning)"
        switch entry.action {
        case .diskFull:
            return IOFault.diskFull(writing: partial.names.data)
        case .probe, .renewLink, .notFound, .wrongData:
            _ = try await LinkProbe(try await links.link(), client: client)
            // It serves us, so what it told aria2c counts as it is, or affected one connection only.
            if let code = entry.status { return TransferFault.refused(status: code, retryAfter: nil, host: host) }
            return TransferFault.network(TransportFault(.dropped, host: host, detail: words))
        // With a proxy in between, every connection of aria2c's is one to the proxy.
        case .unreachable:
            return TransferFault.network(TransportFault(usesProxy(link) ? .proxyConnect : .connect, host: host, detail: words))
        case .nameResolution:
            return TransferFault.network(TransportFault(usesProxy(link) ? .proxyName : .nameResolution, host: host, detail: words))
        case .retryNetwork where !hasBytes:
            let reason = try await reasonNotReached(link) ?? TransportFault(.dropped, host: host, detail: words)
            return TransferFault.network(reason)
        case .retryNetwork, .unfinished, .removed:
            return TransferFault.network(TransportFault(.dropped, host: host, detail: words))
        case .timeout:
            return TransferFault.stalled(host: host)
        case .rebuildControlFile, .rewriteControlFile:
            Disk.remove(partial.names.control)
            return TransferFault.protocolViolation(words)
        case .rangeNotHonoured:
            // It says so of an answer of another size too, of a page for one.
            let probe = try await LinkProbe(try await links.link(), client: client)
            if probe.isPage, !partial.expectsPage { return TransferFault.page(host: host) }
            if let known = partial.size, let now = probe.size, now != known { return TransferFault.wrongSize(expected: known, got: now) }
            return TransferFault.engineLost(words)
        case .localIO, .fatal, .badOption, .alreadyDownloading, .ok:
            return TransferFault.engineLost(words)
        }
    }

    /// Of a file whose size is known, aria2c does not tell a refused connection from one that broke: the host is asked.
    /// - Returns: nil where a connection can be made.
    private func reasonNotReached(_ link: ByteLink) async throws -> TransportFault? {
        do {
            _ = try await LinkProbe(link, client: client)
        } catch TransferFault.network(let fault) {
            return [.connect, .nameResolution].contains(fault.kind) || fault.kind.isOfProxy ? fault : nil
        } catch is TransferFault {
            return nil
        }
        return nil
    }

    private func usesProxy(_ link: ByteLink) -> Bool { client.settings.proxies.proxy(for: link.url) != nil }
}
