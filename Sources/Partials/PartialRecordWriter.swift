import Storage
import Synchronization

/// Writes the record of a partial after its data, so that the record never names bytes that are not on the disk.
///
/// Serialised: concurrent saves would remove each other's temporary file.
final class PartialRecordWriter: Sendable {
    private let path: String
    private let data: OpenFile
    private let claim: PartialClaim?
    /// Whether the record on the disk may name bytes. Before that the order on the disk does not matter, as nothing would be resumed
    /// from the record, and the first request does not wait for the disk.
    private let mayNameBytes = Mutex(false)

    init(path: String, data: OpenFile, claim: PartialClaim?) {
        self.path = path
        self.data = data
        self.claim = claim
    }

    var namesBytes: Bool { mayNameBytes.withLock { $0 } }

    /// An earlier run left a record, which may name bytes.
    func noteRecordFound() { mayNameBytes.withLock { $0 = true } }

    /// - Parameter next: the record to write and the bytes that are present, asked for once no other save is under way.
    /// - Throws: ``IOFault``, also where the partial is no longer this process's.
    func save(_ next: () -> (record: PartialRecord, present: Int64)) throws(IOFault) {
        try mayNameBytes.withLock { (namesBytes) throws(IOFault) in
            try claim?.confirm()
            let (record, present) = next()
            if present > 0 { namesBytes = true }
            if namesBytes { try data.synchronize() }
            try JSONFile.write(record, to: path, temporary: path + "~", isDurable: namesBytes)
        }
    }

    /// Runs the end of the partial once no save is under way: a later one would write the record again.
    func end(_ body: () -> Void) { mayNameBytes.withLock { _ in body() } }
}
