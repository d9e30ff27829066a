import FetchTypes
import Storage

/// Makes sure that a partial's bytes have one name only: what is written into a file with two hard links changes the content
/// that the other name has.
struct SingleHardLink: Sendable {
    let names: PartialNames
    let claim: PartialClaim
    /// Told in one sentence what was done.
    let say: @Sendable (String) -> Void

    /// Between two looks at whether it is still wanted. Bytes.
    private static let step: Int64 = 8 << 20

    /// - Parameters:
    ///   - file: the data file, its lock held.
    ///   - found: the record beside it.
    /// - Returns: the file to write into, its lock held: the same one, or a copy that has taken its name.
    /// - Throws: ``IOFault``, `CancellationError`; the file and its other names are as they were then.
    ///   ``IOFault/locked(_:)`` where another process has taken the partial over.
    func ensure(_ file: OpenFile, _ found: PartialRecord?) async throws -> OpenFile {
        // Links to this file are of a process that has ended, or it would hold the lock.
        if !SegmentLinks.areInUse(names.fleet, except: file) { Disk.removeFolder(names.fleet) }
        let status = try file.status()
        guard status.links > 1 else { return file }
        let map = found.flatMap { PartialControl(names: names).unitedMap(of: $0) }.flatMap { $0.reach <= status.size ? $0 : nil }
        let beside = Disk.temporaryPath(in: Path.parent(names.data))
        do {
            let copy = try OpenFile(beside, .create)
            guard copy.tryLock() else { throw IOFault.locked(beside) }
            let bytes = try await fill(copy, from: file, map)
            // Another machine may have taken it over while this one was copying.
            try claim.confirm()
            try Disk.move(beside, to: names.data)
            say(
                "\(names.data) had another name (a hard link), which is left as it is: "
                    + (bytes > 0 ? "\(ByteSize.text(bytes)) were copied." : "the file is fetched from its start."))
            return copy
        } catch {
            Disk.remove(beside)
            throw error
        }
    }

    /// Copies what the map says is there; nothing where that fails, as on a full disk.
    /// - Returns: the bytes that were copied.
    private func fill(_ copy: OpenFile, from file: OpenFile, _ map: PieceMap?) async throws -> Int64 {
        guard let map, map.presentBytes > 0 else { return 0 }
        do {
            var position: Int64 = 0
            for gap in map.toFetch + [map.size..<map.size] {
                for start in stride(from: position, to: gap.lowerBound, by: Int(Self.step)) {
                    try Task.checkCancellation()
                    let end = min(gap.lowerBound, start + Self.step)
                    try await BlockingExecutor.run {
                        // Shows other machines that this one works on it.
                        try claim.confirm()
                        try file.copy(start..<end, to: copy)
                    }
                }
                position = gap.upperBound
            }
            return map.presentBytes
        } catch is IOFault {
            try copy.truncate(to: 0)
            return 0
        }
    }
}
