package import Fleet
import FetchTypes
import Partials
import Storage
package import Transfer

/// What file jobs ask.
extension SwarmPlane {
    /// A file's partial is locked and adopted: its segments may come from now on.
    /// - Parameter announce: told the segments that are whole in it, before they are hashed.
    /// - Returns: those segments, hashed; nil where the file is open already.
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

    /// Waits until every segment of a file is here.
    /// - Returns: how often something of it was taken back before.
    /// - Throws: ``TransferFault/engineLost(_:)`` where the fleet has ended; ``IOFault``; `CancellationError`.
    package func wait(for file: Int) async throws -> Int {
        try await withTaskCancellationHandler {
            while true {
                try Task.checkCancellation()
                if let fault = broken[file] { throw fault }
                if isWhole(file) { return discards[file, default: 0] }
                if let end { throw TransferFault.engineLost(end) }
                try await withCheckedThrowingContinuation { waiting[file] = $0 }
            }
        } onCancel: {
            Task { await self.wake(file, CancellationError()) }
        }
    }

    /// The bytes of a small file that is here.
    /// - Throws: ``IOFault``
    package func bytes(of file: Int) throws -> [UInt8] {
        guard let bundle = setup.manifest.segments(of: file).first, case .bundle(let files) = bundle.content else { return [] }
        let start = setup.manifest.files[files.lowerBound..<file].reduce(0) { $0 + $1.size }
        return try bundles.read(bundle, start..<start + setup.manifest.files[file].size)
    }

    /// The file has its final name: it is offered on, and nothing of it is taken back any more.
    package func hasPlaced(_ file: Int) { placed.insert(file) }

    /// The file is no concern of the fleet any more: aria2c lets go of it.
    package func close(_ file: Int) async {
        guard let opened = files.removeValue(forKey: file) else { return }
        for segment in setup.manifest.segments(of: file) { await withdraw(segment.index) }
        arrived.subtract(setup.manifest.segments(of: file).map(\.index))
        opened.links.removeAll()
        opened.work.partial.setDaemon(nil)
    }

    /// Whether every segment of a file is here.
    func isWhole(_ file: Int) -> Bool { setup.manifest.segments(of: file).allSatisfy { arrived.contains($0.index) } }

    func wake(_ file: Int, _ error: (any Error)?) {
        guard let waiter = waiting.removeValue(forKey: file) else { return }
        if let error { waiter.resume(throwing: error) } else { waiter.resume() }
    }
}
