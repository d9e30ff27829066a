import Fleet
import FetchTypes
import Storage
import Synchronization

/// The small files of a fleet until they are placed: one file without a name, in which each bundle has its place. Small files come in
/// bundles of up to 8 MiB, in no certain order, and are more than should be held in memory or open at once.
final class BundleStore: Sendable {
    private enum Room: Sendable {
        case none
        case open(OpenFile)
        case closed
    }

    private let room = Mutex(Room.none)
    private let directory: String
    private let offsets: [Int: Int64]

    /// - Parameter directory: where there is room for them, on the disk that they end on; used from the first bundle on.
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
        // The ending is one that `cleanup` knows: a kill between the two calls leaves an empty file.
        let name = HashedName.of("\(ThisProcess.pid) \(UInt64.random(in: .min ... .max))") + ".fetchctl-new"
        let file = try OpenFile(Path.join(directory, name), .create)
        Disk.remove(file.path)
        return file
    }

    /// - Throws: ``IOFault``
    func write(_ bytes: [UInt8], of bundle: FleetSegment) throws(IOFault) {
        guard let offset = offsets[bundle.index] else { return }
        let file = try room.withLock { (room) throws(IOFault) -> OpenFile? in
            switch room {
            case .open(let file): return file
            case .closed: return nil
            case .none:
                let file = try Self.make(in: directory)
                room = .open(file)
                return file
            }
        }
        try file?.write(bytes, at: offset)
    }

    /// - Parameter range: within the bundle; nil: all of it.
    /// - Throws: ``IOFault``, also where the bundle is not here.
    func read(_ bundle: FleetSegment, _ range: Range<Int64>? = nil) throws(IOFault) -> [UInt8] {
        guard let offset = offsets[bundle.index], case .open(let file) = room.withLock({ $0 }) else {
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

    /// Gives its room back.
    func close() { room.withLock { $0 = .closed } }
}
