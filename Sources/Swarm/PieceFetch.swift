import Curl
import Fleet
import FetchTypes
import ModelSources
import Partials
import Transfer

/// Fetches one piece of a file from its origin into memory.
struct PieceFetch: Sendable {
    let planned: PlannedFile
    let links: LinkKeeper
    let client: CurlClient

    /// - Parameter bytes: where the piece is in the file; not empty.
    /// - Throws: ``FleetDataFault``, `CancellationError`.
    func run(_ bytes: Range<Int64>) async throws -> [UInt8] {
        try await SegmentRetry.repeating(planned, links: links) { try await request(bytes) }
    }

    private func request(_ bytes: Range<Int64>) async throws -> [UInt8] {
        let link = try await links.link()
        var request = link.request(range: HTTPRange(bytes))
        // A server that ignores the range sends the whole file.
        request.maximumBody = bytes.count
        let answer: HTTPResponse
        do {
            answer = try await client.send(request)
        } catch let fault as TransportFault {
            throw TransferFault.network(fault)
        }
        switch answer.status {
        case 206: break
        case 200: throw TransferFault.rangesIgnored
        default: throw TransferFault.refused(status: answer.status, retryAfter: RetryAfter.wait(answer), host: link.url.host)
        }
        if let coding = answer.contentCoding { throw TransferFault.coded(coding, host: link.url.host) }
        if let range = answer.contentRange, range.first != bytes.lowerBound {
            throw TransferFault.protocolViolation("it sends another range than was asked for")
        }
        guard answer.body.count == bytes.count, !answer.isTruncated else {
            throw TransferFault.wrongSize(expected: Int64(bytes.count), got: Int64(answer.body.count))
        }
        await links.served(link)
        return answer.body
    }
}
