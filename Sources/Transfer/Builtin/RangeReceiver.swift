import Curl
import FetchTypes
import ModelSources
import Partials
import Storage
import Synchronization

/// Takes the answer to one ranged request and writes it in place.
///
/// `@unchecked Sendable`: the loop's thread alone touches the mutable parts until the exchange has ended,
/// its owner after that only; what others read meanwhile sits in the segment, the map and the meter.
final class RangeReceiver: ByteSink, @unchecked Sendable {
    private let partial: Partial
    private let meter: TransferMeter
    private let segment: Segment
    private let host: String
    private var position: Int64
    /// What is asked for; the segment may come to end earlier. Empty when another connection has fetched all of it meanwhile.
    let requested: Range<Int64>
    /// From here to the position has been written, and not been noted in the map yet.
    private var noted: Int64
    private let pieceLength: Int64
    /// The answer says that it is as long as what was asked for.
    private var endsByItself = false
    /// What stopped it, if anything did.
    private(set) var fault: (any Error)?
    /// Whether a server that ignores the range is good enough, because all of the file is wanted anyway.
    private let acceptsWhole: Bool
    /// Whose bytes these are, where there are several.
    private let source: RangeSource?
    /// The version that the answer named.
    private(set) var version = Validators()
    /// How many bytes were asked for; the part may shrink while they come.
    private var asked: Int64 { Int64(requested.count) }

    init(
        _ segment: Segment, partial: Partial, meter: TransferMeter, host: String, acceptsWhole: Bool, source: RangeSource? = nil
    ) {
        self.source = source
        self.segment = segment
        self.partial = partial
        self.meter = meter
        self.host = host
        self.acceptsWhole = acceptsWhole
        requested = segment.rest ?? segment.start..<segment.start
        position = requested.lowerBound
        noted = requested.lowerBound
        pieceLength = partial.map?.pieceLength ?? .max
    }

    /// Every byte of the part has been written.
    var isWhole: Bool { segment.remaining == 0 }

    func begin(_ head: HTTPResponse) -> Bool {
        do {
            try examine(head)
            endsByItself = head.contentLength == asked
            return true
        } catch {
            fault = error
            return false
        }
    }

    private func examine(_ head: HTTPResponse) throws {
        guard head.status == 206 || head.status == 200 else {
            throw TransferFault.refused(status: head.status, retryAfter: RetryAfter.wait(head), host: host)
        }
        if head.isHTML, !partial.expectsPage { throw TransferFault.page(host: host) }
        if let coding = head.contentCoding {
            throw TransferFault.coded(coding, host: host)
        }
        if let size = partial.size, let total = try head.declaredSize.checked(host, of: "the file")?.bytes, total != size {
            throw TransferFault.wrongSize(expected: size, got: total)
        }
        version = Validators(head, from: host)
        if let mirror = source?.mirror {
            try mirror.compareVersion(version, hashDecides: partial.hashDecides)
        } else {
            try partial.compareVersion(version)
        }
        if head.status == 206 {
            if head.headers["Content-Range"] == nil {
                guard isSilentlyRight(head) else { throw TransferFault.rangesIgnored }
            } else if head.contentRange?.first != requested.lowerBound {
                throw TransferFault.protocolViolation("it sends another range than was asked for")
            }
        } else if !acceptsWhole || requested.lowerBound != 0 {
            throw TransferFault.rangesIgnored
        }
    }

    /// Some mirrors of the Hub leave `Content-Range` out. As many bytes as were asked for, of a part: that is the part, and a
    /// published checksum will tell. Without one the file is fetched as a whole.
    private func isSilentlyRight(_ head: HTTPResponse) -> Bool {
        partial.hashDecides && head.contentLength == asked && asked != partial.size
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let wanted = Int(min(Int64(bytes.count), segment.remaining))
        if let mirror = source?.mirror, wanted > 0 { partial.note(mirror.name, brings: position..<position + Int64(wanted)) }
        do {
            try partial.file.write(UnsafeRawBufferPointer(rebasing: bytes[..<wanted]), at: position)
        } catch {
            fault = error
            return false
        }
        // Fewer where another has been given the end of it in this very moment: he writes the same bytes.
        let (taken, isDone) = segment.advance(wanted)
        position += Int64(taken)
        meter.add(taken, isRepeat: segment.isRepeat)
        source?.count(taken)
        // Piece by piece: more often would only cost time.
        note(upTo: isDone ? position : position / pieceLength * pieceLength)
        // An answer that ends here anyway is let end, so that the next request finds the connection open.
        return !isDone || endsByItself && taken == bytes.count && position == requested.upperBound
    }

    /// Notes what has been written of a last piece that is not whole; once the exchange is over.
    func settle() { note(upTo: position) }

    private func note(upTo offset: Int64) {
        guard offset > noted else { return }
        partial.note(written: noted..<offset)
        noted = offset
    }
}
