import Curl
import FetchTypes
import ModelSources
import Synchronization

/// Takes the answer to one ranged request and writes it in place.
///
/// `@unchecked Sendable`: the loop's thread alone touches the mutable parts until the exchange has ended,
/// its owner after that only; what others read meanwhile sits in the lease, the map and the meter.
final class RangeReceiver: ByteSink, @unchecked Sendable {
    private let partial: Partial
    private let meter: TransferMeter
    private let lease: RangeLease
    private let host: String
    private var position: Int64
    /// Where the answer ends; the lease may come to end earlier.
    let requestedEnd: Int64
    /// The first byte of the piece that is being filled. What stands between it and the part's start was written before.
    private var pieceStart: Int64
    /// The answer says that it is as long as what was asked for.
    private var endsByItself = false
    /// What stopped it, if anything did.
    private(set) var fault: (any Error)?
    /// Whether a server that ignores the range is good enough, because all of the file is wanted anyway.
    private let acceptsWhole: Bool
    /// Whose bytes these are, where there are several.
    private let source: RangeSource?
    /// How many bytes were asked for; the part may shrink while they come.
    private var asked: Int64 { requestedEnd - lease.start }

    init(
        _ lease: RangeLease, partial: Partial, meter: TransferMeter, host: String, acceptsWhole: Bool, source: RangeSource? = nil
    ) {
        self.source = source
        self.lease = lease
        self.partial = partial
        self.meter = meter
        self.host = host
        self.acceptsWhole = acceptsWhole
        position = lease.start
        requestedEnd = lease.end
        let length = partial.map?.pieceLength ?? 1
        pieceStart = lease.start / length * length
    }

    /// Every byte of the part has been written.
    var isWhole: Bool { lease.remaining == 0 }

    func begin(_ head: HTTPResponse) -> Bool {
        do {
            try examine(head)
            endsByItself = head.headers["Content-Length"].flatMap { Int64($0) } == asked
            return true
        } catch {
            fault = error
            return false
        }
    }

    private func examine(_ head: HTTPResponse) throws {
        guard head.status == 206 || head.status == 200 else {
            throw TransferFault.refused(status: head.status, retryAfter: ServerAnswer.wait(head), host: host)
        }
        if head.isHTML, !partial.expectsPage { throw TransferFault.page(host: host) }
        if let coding = head.contentCoding {
            throw TransferFault.coded(coding, host: host)
        }
        if let size = partial.size, let total = head.totalLength, total != size {
            throw TransferFault.wrongSize(expected: size, got: total)
        }
        if let etag = head.headers["ETag"] {
            if let mirror = source?.mirror { try mirror.compareVersion(etag) } else { try partial.compareVersion(etag, from: host) }
        }
        if head.status == 206 {
            if head.headers["Content-Range"] == nil {
                guard isSilentlyRight(head) else { throw TransferFault.rangesIgnored }
            } else if head.contentRange?.first != lease.start {
                throw TransferFault.nonsense("it sends another range than was asked for")
            }
        } else if !acceptsWhole || lease.start != 0 {
            throw TransferFault.rangesIgnored
        }
    }

    /// Some mirrors of the Hub leave `Content-Range` out. As many bytes as were asked for, of a part: that is the part, and a
    /// published checksum will tell. Without one the file is fetched as a whole.
    private func isSilentlyRight(_ head: HTTPResponse) -> Bool {
        partial.record.digest != nil && head.headers["Content-Length"].flatMap { Int64($0) } == asked && asked != partial.size
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (take, isDone) = lease.advance(bytes.count)
        if let mirror = source?.mirror, take > 0 { partial.note(mirror.name, brings: position..<position + Int64(take)) }
        do {
            try partial.file.write(UnsafeRawBufferPointer(rebasing: bytes[..<take]), at: position)
        } catch {
            lease.retreat(take)
            fault = error
            return false
        }
        position += Int64(take)
        meter.add(take, isRepeat: lease.isRepeat)
        source?.count(take)
        markPieces()
        // An answer that ends here anyway is let end, so that the next request finds the connection open.
        return !isDone || endsByItself && take == bytes.count && position == requestedEnd
    }

    private func markPieces() {
        guard let map = partial.map else { return }
        while pieceStart < position {
            let index = Int(pieceStart / map.pieceLength)
            let piece = map.range(of: index)
            guard position >= piece.upperBound else { return }
            partial.mark(piece: index)
            pieceStart = piece.upperBound
        }
    }
}
