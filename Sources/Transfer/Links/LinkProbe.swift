import Curl
import FetchTypes
import ModelSources
package import Partials

/// Asks a link for one byte: is the file there, how large is it, which version, does the server know ranges?
///
/// aria2 knows no validators and hides statuses, so this is asked before it is given a link, and to learn
/// why a transfer of its broke.
package struct LinkProbe: Sendable {
    package var size: Int64?
    package var validators: Validators
    package var servesRanges: Bool
    /// It says which part it sends: without that, only a published checksum tells whether it is the right one.
    package var namesRanges: Bool
    /// It gives a length that does not count (RFC 9112, 6.3), which aria2c might take for the file's, or one that contradicts the
    /// range beside it, of which aria2c believes the range.
    package var hasFalseLength: Bool
    /// It is a web page.
    package var isPage: Bool

    /// - Throws: ``TransferFault``, `CancellationError`, ``Failure`` of kind `server` for a size that no file has.
    init(_ link: ByteLink, client: CurlClient) async throws {
        var request = link.request(range: HTTPRange(first: 0, last: 0))
        request.maximumBody = 1
        request.timeout = 60
        let head: HTTPResponse
        do {
            head = try await client.send(request)
        } catch let fault as TransportFault {
            throw TransferFault.network(fault)
        }
        try self.init(head, of: link)
    }

    /// What an answer to a request for one byte says.
    init(_ head: HTTPResponse, of link: ByteLink) throws {
        if head.isSuccess, let coding = head.contentCoding {
            throw TransferFault.coded(coding, host: link.url.host)
        }
        switch head.status {
        case 200, 206:
            size = try head.declaredSize.checked(link.url.host, of: "the file")?.bytes
        case 416 where head.contentRange?.total == 0:
            size = 0
        default:
            throw TransferFault.refused(status: head.status, retryAfter: RetryAfter.wait(head), host: link.url.host)
        }
        validators = Validators(head, from: link.url.host)
        servesRanges = head.status == 206
        namesRanges = head.contentRange != nil
        hasFalseLength = head.hadFalseLength || head.lengthContradictsRange
        isPage = head.isHTML
    }
}
