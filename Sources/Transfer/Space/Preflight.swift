package import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage

/// What is checked for the whole batch before the first byte: places that can be written, room for everything.
package enum Preflight {
    /// Makes the directory that the user named, and makes sure of it.
    /// - Throws: ``Failure`` with exit code 73.
    package static func prepare(_ planned: PlannedFile) throws(Failure) {
        do {
            for folder in planned.placement.folders { try Disk.makeDirectories(folder) }
            for strange in planned.placement.strange { try Disk.makeDirectories(below: strange.root, strange.names) }
        } catch {
            throw error.failure
        }
        // Found out at the end it would be too late.
        if let records = FinishedRecord.folder(of: planned.recordPath), let status = Disk.followedStatus(records), status.kind != .directory
        {
            throw Failure(
                .exists, "\(records) is not a directory.", why: "what is known of finished files is kept there.",
                hint: "move it away, or choose another directory with -d DIR.")
        }
        for parent in Set([planned.target, planned.placement.payload, planned.placement.partial.data].map(Path.parent)).sorted()
        where !Disk.isWritable(parent) {
            throw Failure(
                .permission, "\(parent) cannot be written to.", why: "this user may not make files there, or it is read-only.",
                hint: "choose another directory with -d DIR, or mend its permissions.")
        }
    }

    /// Bytes still to be fetched for a file, as far as its partial tells.
    package static func toFetch(_ planned: PlannedFile) -> ByteCount {
        guard let length = planned.file.length else { return .zero }
        let size = length.bytes
        let names = planned.placement.partial
        let record = JSONFile.read(PartialRecord.self, from: names.record)
        guard let record, record.identity == planned.file.identity, record.size == size else { return length }
        return length - ByteCount(clamping: Partial.keptBytes(names))
    }

    /// - Parameters:
    ///   - others: what besides still needs room on the same disks.
    ///   - isLate: the sizes were not known when the batch was checked.
    /// - Returns: the room on the file system where most is to go; nil when it cannot be told.
    /// - Throws: ``Failure`` of kind `disk_full` when the batch does not fit.
    package static func checkSpace(
        _ files: [PlannedFile], besides others: [PlannedFile] = [], options: FetchOptions, isLate: Bool = false
    ) throws(Failure) -> Int64? {
        var needs: [UInt64: Need] = [:]
        for part in files.flatMap(Need.parts) { needs[part.device, default: Need(part)].bytes += part.bytes }
        for part in others.flatMap(Need.parts) { needs[part.device]?.others += part.bytes }
        if options.checksSpace {
            for need in needs.values where need.bytes.bytes + need.others.bytes + options.reservedSpace.bytes > need.free {
                let besides = need.others > .zero ? ", \(ByteSize.text(need.others.bytes)) for other files" : ""
                let reserve = options.reservedSpace > .zero ? " and \(ByteSize.text(options.reservedSpace.bytes)) are to stay free" : ""
                throw Failure(
                    .diskFull,
                    "there is too little room in \(need.directory): \(ByteSize.text(need.bytes.bytes)) to come\(besides), \(ByteSize.text(need.free)) free\(reserve).",
                    why: isLate
                        ? "the source told the size only when the file was asked for; nothing of it was fetched."
                        : "the whole batch must fit before it starts; nothing was fetched.",
                    hint: "free some space, choose another disk with -d DIR, or use --no-space-check if the figure is wrong.")
            }
        }
        return needs.values.max { $0.bytes < $1.bytes }?.free
    }

    /// What is to come on one disk.
    private struct Need {
        typealias Part = (device: UInt64, free: Int64, directory: String, bytes: ByteCount)

        var bytes = ByteCount.zero
        var others = ByteCount.zero
        var free: Int64
        var directory: String

        init(_ part: Part) { (free, directory) = (part.free, part.directory) }

        /// What a file still needs, by disk.
        static func parts(of planned: PlannedFile) -> [Part] {
            let size = planned.file.length ?? .zero
            let data = planned.placement.partial.data
            // What a partial already takes (reserved space included) need not be free any more.
            let allocated = Disk.status(data)?.allocated ?? 0
            guard let gathered = Disk.space(for: data) else { return [] }
            let part = (gathered.device, gathered.free, Path.parent(data), size - ByteCount(clamping: allocated))
            // Gathered elsewhere, it needs room twice.
            guard let kept = Disk.space(for: planned.placement.payload), kept.device != gathered.device else { return [part] }
            return [part, (kept.device, kept.free, planned.directory, size)]
        }
    }
}
