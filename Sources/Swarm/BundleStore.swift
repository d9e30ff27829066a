import Fleet
import FetchTypes
import Storage
import Synchronization

/// Stores the bundles of a fleet until their files are placed: one unlinked file, in which each bundle has a fixed offset. Bundles of up to
/// 8 MiB arrive in any order, and are too many to hold in memory or to open at once.
final class BundleStore: Sendable {
    private enum State: Sendable {
        case none
        case open(OpenFile)
        case closed
    }

    private let storage = Mutex(State.none)
    private let directory: String
    private let offsets: [Int: Int64]

    /// - Parameter directory: a folder on the disk that the files end on; used when the first bundle arrives.
    init(_ manifest: FleetManifest, directory: String) {
        self.directory = directory
        var offsets: [Int: Int64] = [:]
        var end: Int64 = 0
        for segment in manifest.segments where segment.isBundle {
            offsets[segment.index] = end
            end += segment.size
        }
        self.offsets = offsets
    }

    private static func make(in directory: String) throws(IOFault) -> OpenFile {
        try Disk.makeDirectories(directory)
        // `cleanup` removes files with this ending: a kill between the two calls leaves an empty one.
        let file = try OpenFile(Disk.temporaryPath(in: directory), .create)
        Disk.remove(file.path)
        return file
    }

    /// - Throws: ``IOFault``
    func write(_ bytes: [UInt8], of bundle: FleetSegment) throws(IOFault) {
        guard let offset = offsets[bundle.index] else { return }
        let file = try storage.withLock { (storage) throws(IOFault) -> OpenFile? in
            switch storage {
            case .open(let file): return file
            case .closed: return nil
            case .none:
                let file = try Self.make(in: directory)
                storage = .open(file)
                return file
            }
        }
        try file?.write(bytes, at: offset)
    }

    /// - Parameter range: within the bundle; nil: all of it.
    /// - Throws: ``IOFault``, also where the bundle is not stored.
    func read(_ bundle: FleetSegment, _ range: Range<Int64>? = nil) throws(IOFault) -> [UInt8] {
        guard let offset = offsets[bundle.index], case .open(let file) = storage.withLock({ $0 }) else {
            throw IOFault.missing("reading", directory)
        }
        let range = range ?? 0..<bundle.size
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
        defer { buffer.deallocate() }
        var done = 0
        while done < range.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = try file.read(into: rest, at: offset + range.lowerBound + Int64(done))
            guard count > 0 else { throw IOFault.missing("reading", file.path) }
            done += count
        }
        return Array(buffer)
    }

    /// Frees the disk space.
    func close() { storage.withLock { $0 = .closed } }
}
