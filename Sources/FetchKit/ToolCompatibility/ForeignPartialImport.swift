import Aria2
import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// Makes a partial of ours out of what another tool left under the final name: the beginning that wget or curl broke off
/// at, or aria2's file with its control file beside it.
struct ForeignPartialImport {
    let planned: PlannedFile

    /// Does nothing where nothing can be resumed: what is there is replaced in the end.
    /// - Throws: ``IOFault``
    func run() throws(IOFault) {
        guard let compatibility = planned.compatibility else { return }
        let names = planned.placement.partial
        let control = planned.target + ".aria2"
        guard let size = planned.file.size, size > 0, Disk.status(names.data) == nil, let there = Disk.status(planned.target),
            there.kind == .file
        else { return }
        let map: PieceMap?
        if compatibility.knowsControlFiles, Disk.status(control) != nil {
            map = Disk.contents(control).flatMap { try? ControlFile(decoding: $0) }.flatMap { PieceMap(adapting: $0, size: size) }
        } else {
            guard case .carryOn = compatibility.existing(isServed: planned.isNamedByServer), there.size < size else { return }
            map = PieceMap(size: size, beginning: there.size)
        }
        guard let map, map.presentBytes > 0, there.size >= map.reach, !looksWrong(size) else { return }
        try planned.beginPartial(with: map) { () throws(IOFault) in try Disk.move(planned.target, to: names.data) }
        Disk.remove(control)
    }

    /// A page that was saved under a model's name is nothing to resume.
    private func looksWrong(_ size: Int64) -> Bool {
        guard let file = try? OpenFile(planned.target, .followed) else { return true }
        var head = [UInt8](repeating: 0, count: ContentCheck.window)
        guard let count = try? head.withUnsafeMutableBytes({ try file.read(into: $0, at: 0) }) else { return true }
        return ContentCheck.complaint(head: Array(head[..<count]), size: size, name: planned.target) != nil
    }
}
