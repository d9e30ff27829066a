package import Curl
package import Events
package import FetchTypes
import ModelSources
import Partials

/// The in-process engine: ranges of one file over several connections, written in place.
package struct BuiltinEngine: TransferEngine {
    package let name = EngineName.builtin
    private let client: CurlClient
    private let budget: ConnectionBudget

    package init(client: CurlClient, budget: ConnectionBudget) {
        self.client = client
        self.budget = budget
    }

    package func transfer(_ work: TransferWork) async throws {
        let (links, partial, meter) = (work.links, work.partial, work.meter)
        let link = try await links.link()
        guard let size = partial.size else { return try await stream(link, work) }
        guard size > 0, let map = partial.map, !map.isComplete else { return }
        try partial.keepControlFile()
        meter.set(received: partial.presentBytes)
        do {
            if link.servesRanges == false, map.presentBytes == 0 { throw TransferFault.rangesIgnored }
            let fetch = RangeFetch(client: client, budget: budget, work: work)
            if SmallFiles.include(size) {
                try await budget.request(at: link.url.origin, overStreams: client.usesStreams) { try await fetch.run() }
            } else {
                try await fetch.run()
            }
        } catch TransferFault.rangesIgnored where partial.presentBytes == 0 {
            await links.noteWholeOnly()
            // The server knows no ranges: one connection, the whole file, from its start.
            meter.set(received: 0)
            try partial.startOver()
            try partial.keepControlFile()
            try await fetchWhole(link, links, size: size, into: partial, meter: meter)
        }
    }

    /// Fetches a range of the work's file, with requests for exactly what the map lacks of it.
    ///
    /// The caller has begun to keep the control file.
    /// - Throws: as ``transfer(_:)``; ``TransferFault/rangesIgnored`` where the server gives only the whole file.
    package func fetch(_ range: Range<Int64>, of work: TransferWork) async throws {
        guard let map = work.partial.map, !map.contains(range) else { return }
        if try await work.links.link().servesRanges == false { throw TransferFault.rangesIgnored }
        var work = work
        work.range = range
        work.isHashed = false
        try await RangeFetch(client: client, budget: budget, work: work).run()
    }

    private func fetchWhole(_ link: ByteLink, _ links: LinkKeeper, size: Int64, into partial: Partial, meter: TransferMeter) async throws {
        let segment = Segment(0..<size)
        let receiver = RangeReceiver(segment, partial: partial, meter: meter, host: link.url.host, acceptsWhole: true)
        let lane = client.lane(at: link.url.origin, isSmall: SmallFiles.include(size))
        let head = try await receive(link.request(range: nil), sink: receiver, meter: meter, lane: lane)
        if let fault = receiver.fault { throw fault }
        await links.served(link)
        guard receiver.isWhole, head.isSuccess else {
            throw TransferFault.network(TransportFault(.cut, host: link.url.host, detail: "the connection ended early"))
        }
    }

    /// A source that does not say how long the file is: the end of the answer is the end of the file.
    private func stream(_ link: ByteLink, _ work: TransferWork) async throws {
        let (partial, meter) = (work.partial, work.meter)
        meter.set(received: 0)
        try partial.startOver()
        partial.forgetVersion()
        let receiver = StreamReceiver(partial: partial, meter: meter, host: link.url.host, checkRoom: work.checkRoom)
        _ = try await receive(link.request(range: nil), sink: receiver, meter: meter)
        if let fault = receiver.fault { throw fault }
        partial.begin(size: receiver.position)
        for index in 0..<(partial.map?.count ?? 0) { partial.mark(piece: index) }
    }

    private func receive(
        _ request: HTTPRequest, sink: any ByteSink, meter: TransferMeter, lane: ConnectionLane? = nil
    ) async throws -> HTTPResponse {
        meter.connectionOpened()
        defer { meter.connectionClosed() }
        do {
            return try await client.receive(request, into: sink, lane: lane)
        } catch let fault as TransportFault {
            throw TransferFault.network(fault)
        }
    }
}

extension ByteLink {
    /// The request for the bytes, or a range of them.
    package func request(range: HTTPRange?) -> HTTPRequest {
        HTTPRequest(
            .get, url, headers: headers, secretHeaders: secretHeaders, range: range, allowsPrivateAddress: allowsPrivateAddress)
    }
}
