import Curl
import FetchTypes
import ModelSources
import Partials
import Storage

/// Takes a body of unknown length from its start to wherever it ends.
///
/// `@unchecked Sendable`: the loop's thread alone touches it until the exchange has ended, its owner after that.
final class StreamReceiver: ByteSink, @unchecked Sendable {
    private let partial: Partial
    private let meter: TransferMeter
    private let host: String
    /// Bytes written so far.
    private(set) var position: Int64 = 0
    private(set) var fault: (any Error)?
    private let checkRoom: (Int64) throws -> Void
    /// Where the room is looked at next: what is to stay free stays free, however long the answer is.
    private var checksAt = Int64(0)

    private static let checkEvery: Int64 = 64 << 20

    init(partial: Partial, meter: TransferMeter, host: String, checkRoom: @escaping @Sendable (Int64) throws -> Void = { _ in }) {
        self.checkRoom = checkRoom
        self.partial = partial
        self.meter = meter
        self.host = host
    }

    func begin(_ head: HTTPResponse) -> Bool {
        guard head.status == 200 else {
            fault = TransferFault.refused(status: head.status, retryAfter: RetryAfter.wait(head), host: host)
            return false
        }
        do throws(Failure) {
            _ = try head.declaredSize.checked(host, of: "the file")
        } catch {
            fault = error
            return false
        }
        if let coding = head.contentCoding {
            fault = TransferFault.coded(coding, host: host)
            return false
        }
        do {
            try partial.compareVersion(Validators(head, from: host))
            if let size = head.totalLength { try checkRoom(size) }
        } catch {
            fault = error
            return false
        }
        return true
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
            if position >= checksAt {
                checksAt = position + Self.checkEvery
                try checkRoom(position)
            }
            try partial.file.write(bytes, at: position)
        } catch {
            fault = error
            return false
        }
        position += Int64(bytes.count)
        meter.add(bytes.count)
        return true
    }
}
