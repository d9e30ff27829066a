import Curl
import FetchTypes
import ModelSources

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

    init(partial: Partial, meter: TransferMeter, host: String) {
        self.partial = partial
        self.meter = meter
        self.host = host
    }

    func begin(_ head: HTTPResponse) -> Bool {
        guard head.status == 200 else {
            fault = TransferFault.refused(status: head.status, retryAfter: ServerAnswer.wait(head), host: host)
            return false
        }
        if let coding = head.contentCoding {
            fault = TransferFault.coded(coding, host: host)
            return false
        }
        do {
            try partial.compareVersion(Validators(head, from: host))
        } catch {
            fault = error
            return false
        }
        return true
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
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
