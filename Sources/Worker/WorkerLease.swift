package import Queue
package import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The right to be the worker of a state folder. It is free again when the process ends, however it does.
package final class WorkerLease: Sendable {
    /// Who the worker is, for those who find its lock taken.
    package struct Holder: Codable, Sendable {
        package var pid: Int32
        /// Seconds since 1970.
        package var started: Double
        package var version: String
        package var foreground: Bool
    }

    private let lock: HeldLock
    private let folder: QueueFolder

    private init(_ lock: HeldLock, _ folder: QueueFolder) {
        self.lock = lock
        self.folder = folder
    }

    /// - Returns: nil where another worker runs.
    /// - Throws: ``IOFault`` where the folder cannot be written.
    package static func take(_ folder: QueueFolder, version: String, foreground: Bool) throws(IOFault) -> WorkerLease? {
        guard let lock = try HeldLock.take(folder.workerLock) else { return nil }
        let holder = Holder(pid: ThisProcess.pid, started: ThisProcess.now, version: version, foreground: foreground)
        try QueueFile.replace(folder.workerRecord, with: WorkerLine.encode(holder), isSynced: false)
        return WorkerLease(lock, folder)
    }

    /// Who holds the lease, or held it last; nil where that is not known.
    package static func holder(_ folder: QueueFolder) -> Holder? {
        QueueFile.contents(folder.workerRecord, limit: 4096).flatMap { WorkerLine.decode(Holder.self, $0) }
    }

    /// Before the lock is free: who looks for a worker then finds none.
    package func giveBack() { Disk.remove(folder.workerRecord) }
}
