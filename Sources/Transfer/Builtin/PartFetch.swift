import Curl
import FetchTypes
import ModelSources
import Partials

/// One request for a part.
struct PartFetch {
    let client: CurlClient
    let work: TransferWork
    let queue: RangeQueue
    let source: RangeSource
    let permit: HostConnectionPermit
    let lane: ConnectionLane

    /// - Throws: ``TransferFault``, ``IOFault``, ``Failure``, `CancellationError`.
    func run(_ segment: Segment) async throws {
        defer { queue.finish(segment) }
        let partial = work.partial
        if let original = segment.original { partial.note(written: original.start..<segment.start) }
        let link = try await source.links.link()
        let isWholeFile = source.mirror == nil && segment.start == 0 && segment.end == partial.size
        let receiver = RangeReceiver(
            segment, partial: partial, meter: work.meter, host: link.url.host, acceptsWhole: isWholeFile, source: source)
        // Another connection may have fetched all of it while this one waited for its link.
        guard let range = HTTPRange(receiver.requested) else { return }
        let before = Int64(receiver.requested.count)
        defer { receiver.settle() }
        let condition = source.mirror == nil ? partial.rangeCondition(at: link.url.host) : nil
        do {
            var request = link.request(range: range)
            if let condition { request.headers.append(("If-Range", condition)) }
            _ = try await client.receive(request, into: receiver, lane: lane)
        } catch let fault as TransportFault {
            // All is there: what breaks after that is of no interest.
            guard segment.remaining > 0 else { return await source.links.served(link) }
            permit.pushBack()
            if fault.kind == .timeout { work.say(.replacedSilentConnection(host: link.url.host)) }
            guard before - segment.remaining >= RetryState.minBytesForImmediateRetry else { throw TransferFault.network(fault) }
            return
        }
        if let fault = receiver.fault {
            // It repeats the version that was named, as a whole: it is asked without a condition from here on.
            if case TransferFault.rangesIgnored = fault, let condition, receiver.version.strongETag == condition {
                return partial.dropRangeConditions()
            }
            if case TransferFault.refused(let status, _, _) = fault, status == 429 || status >= 500 { permit.pushBack() }
            return try await renew(link, after: fault)
        }
        await source.links.served(link)
        guard segment.remaining < before else {
            throw TransferFault.network(TransportFault(.dropped, host: link.url.host, detail: "the server sent nothing"))
        }
    }

    /// A link that has served and is refused now has expired: the same connection goes on with a new one.
    /// - Throws: the fault, when it is another or a new link would fail too.
    private func renew(_ link: ByteLink, after fault: any Error) async throws {
        guard case TransferFault.refused(let status, _, let host) = fault, [401, 403, 410].contains(status),
            await source.links.refuse(link, because: "\(host) answered \(status)")
        else { throw fault }
    }
}
