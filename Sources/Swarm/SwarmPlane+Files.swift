package import Fleet
import FetchTypes
import Partials
import Storage
package import Transfer

/// The calls of file jobs.
extension SwarmPlane {
    /// Opens a file whose partial is locked and adopted: its segments are transferred from now on.
    /// - Parameter announce: called with the complete segments before they are hashed.
    /// - Returns: the complete segments with their hashes; nil where the file is open already.
    /// - Throws: ``IOFault``, `CancellationError`.
    package func open(
        _ file: Int, _ planned: PlannedFile, _ work: TransferWork, announce: ([FleetSegment]) async -> Void = { _ in }
    ) async throws -> [(FleetSegment, PieceHashes)]? {
        guard files[file] == nil else { return nil }
        let opened = SwarmFile(planned, work, engine: setup.engine, members: setup.manifest.members)
        try work.partial.keepControlFile()
        work.partial.setDaemon(daemon)
        let whole = opened.whole(of: setup.manifest.segments(of: file))
        await announce(whole)
        let present = try await opened.present(whole)
        files[file] = opened
        arrived.formUnion(present.map(\.0.index))
        return present
    }

    /// Waits until every segment of a file is complete.
    /// - Returns: how often segments of it were discarded before.
    /// - Throws: ``TransferFault/engineLost(_:)`` where the fleet has ended; ``IOFault``; ``Failure`` for a file that this node
    ///   can get nowhere; `CancellationError`.
    package func wait(for file: Int) async throws -> Int {
        try await withTaskCancellationHandler {
            while true {
                try Task.checkCancellation()
                if let fault = failed[file] { throw fault }
                if isWhole(file) { return discards[file, default: 0] }
                if let end { throw TransferFault.engineLost(end) }
                try await withCheckedThrowingContinuation { waiting[file] = $0 }
            }
        } onCancel: {
            Task { await self.wake(file, CancellationError()) }
        }
    }

    /// The bytes of a small file whose bundle is stored.
    /// - Throws: ``IOFault``
    package func bytes(of file: Int) throws -> [UInt8] {
        guard let bundle = setup.manifest.segments(of: file).first, case .bundle(let files) = bundle.content else { return [] }
        let start = setup.manifest.files[files.lowerBound..<file].reduce(0) { $0 + $1.size }
        return try bundles.read(bundle, start..<start + setup.manifest.files[file].size)
    }

    package func damaged(of segments: [(FleetSegment, PieceHashes)]) async -> [FleetSegment] {
        var damaged: [FleetSegment] = []
        for (segment, hashes) in segments {
            guard case .range(let file, let bytes) = segment.content, let opened = files[file] else { continue }
            // Bytes that cannot be read are reported by the job that hashes the file.
            guard let (good, _) = try? await opened.hashing(bytes).compare(with: hashes.sha1), good.contains(false) else { continue }
            damaged.append(segment)
        }
        return damaged
    }

    /// Called when a file is verified and gets its final name: it is still offered, and never discarded.
    package func hasPlaced(_ file: Int) async {
        placed.insert(file)
        guard let partial = files[file]?.work.partial else { return }
        // aria2c only reads it from now on. A process that takes the lock next must not end an aria2c that serves other files.
        partial.setDaemon(nil)
        try? await BlockingExecutor.run { try partial.save() }
    }

    /// Removes a file from the fleet; aria2c has closed it when this returns.
    package func close(_ file: Int) async {
        guard let opened = files.removeValue(forKey: file) else { return }
        for segment in setup.manifest.segments(of: file) { await withdraw(segment.index) }
        arrived.subtract(setup.manifest.segments(of: file).map(\.index))
        opened.links.removeAll()
        opened.work.partial.setDaemon(nil)
    }

    /// Whether every segment of a file is complete.
    func isWhole(_ file: Int) -> Bool { setup.manifest.segments(of: file).allSatisfy { arrived.contains($0.index) } }

    func wake(_ file: Int, _ error: (any Error)?) {
        guard let waiter = waiting.removeValue(forKey: file) else { return }
        if let error { waiter.resume(throwing: error) } else { waiter.resume() }
    }
}
