package import FetchTypes

/// Takes an answer as it arrives. Called on the loop's thread, in order: it must not block for long
/// (writing to the page cache is fine) and needs no lock of its own against itself.
package protocol ByteSink: AnyObject, Sendable {
    /// The status and header fields, before any byte of the body.
    /// - Returns: false to end the exchange here; ``CurlClient/receive(_:into:)`` then returns the head.
    func begin(_ head: HTTPResponse) -> Bool
    /// Some bytes of the body, in order. The memory is valid during the call only.
    /// - Returns: false to end the exchange here, likewise.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool
}

/// Collects a body up to a limit.
final class BodySink: ByteSink, @unchecked Sendable {
    // Touched by the loop's thread until the exchange has ended, and by its owner after that only.
    private(set) var body: [UInt8] = []
    private var limit: Int
    /// Nothing that is wanted comes after it.
    private var endsAtLimit = false

    init(limit: Int) { self.limit = limit }

    func begin(_ head: HTTPResponse) -> Bool {
        // What a Content-Length promises beyond the part that is sent never comes: it is not waited for.
        if head.status == 206, let range = head.contentRange, range.last >= range.first, let length = head.contentLength,
            length > range.last - range.first + 1
        {
            limit = min(limit, Int(range.last - range.first + 1))
            endsAtLimit = true
        }
        return true
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let room = limit - body.count
        body.append(contentsOf: bytes.prefix(room))
        // A body that just fits is whole, and its connection can be used again.
        return bytes.count < room || bytes.count == room && !endsAtLimit
    }
}
