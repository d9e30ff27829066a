import Partials
import Storage

/// The room for a partial on its disk: the first of it before the transfer, so that a full disk shows at once, the rest beside
/// it. On a tmpfs that takes 0.09 s for each GiB, and all writing waits while one call of it lasts.
struct Reservation {
    let partial: Partial
    /// Bytes of one call: 6 ms on a tmpfs.
    private static let step: Int64 = 64 << 20
    /// Bytes of the first call, for which the first request waits.
    private static let first: Int64 = 8 << 20

    /// - Throws: ``IOFault``.
    func begin() throws(IOFault) {
        if let size = partial.size { try partial.file.reserve(0..<min(size, Self.first)) }
    }

    /// - Throws: ``IOFault`` when the room is not there, the transfer ended; else what the transfer throws.
    func complete(beside transfer: @escaping @Sendable () async throws -> Void) async throws {
        guard let size = partial.size, size > Self.first else { return try await transfer() }
        let file = partial.file
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                defer { group.cancelAll() }
                group.addTask {
                    for start in stride(from: Self.first, to: size, by: Int(Self.step)) {
                        try Task.checkCancellation()
                        try await BlockingExecutor.run { try file.reserve(start..<min(size, start + Self.step)) }
                    }
                    return false
                }
                group.addTask {
                    try await transfer()
                    return true
                }
                while try await group.next() == false {}
            }
        } catch let fault as IOFault {
            // Room that was reserved and is not needed is given to other programs.
            try? file.truncate(to: partial.map?.reach ?? 0)
            throw fault
        }
    }
}
