import TestSupport
@testable import Partials
@testable import Storage

/// The lock of the target `model.bin`.
extension Scratch {
    func lock(timeout: Double? = 10, onWait: @escaping @Sendable (PartialRecord.Holder?) -> Void = { _ in }) -> PartialLock {
        PartialLock(target: self("model.bin"), timeout: timeout, onWait: onWait)
    }

    /// Leaves a record that names a holder, as a run that died would.
    func leave(_ holder: PartialRecord.Holder) throws {
        var record = PartialRecord(reference: "r", identity: "i", size: 5)
        record.holder = holder
        try JSONFile.write(record, to: PartialNames(target: self("model.bin")).record)
    }
}
