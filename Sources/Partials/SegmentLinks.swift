package import Aria2
import FetchTypes
package import Storage

/// Second names of a partial's data, one for each segment that a fleet exchanges: `NAME.fetchctl-part.fleet/00012`. aria2c has a torrent
/// of the whole file for each and writes through them into the one file.
///
/// The names outlive the partial's own one: what has been placed is offered through them until the fleet ends.
package struct SegmentLinks: Sendable {
    /// The folder that holds the links, and aria2's control files beside them.
    package let folder: String
    private let data: String

    /// - Parameter file: what the links lead to where that is not the partial: a file that has its final name.
    package init(_ names: PartialNames, to file: String? = nil) {
        folder = names.fleet
        data = file ?? names.data
    }

    /// The link's name in its folder.
    package static func name(_ segment: Int) -> String {
        let digits = String(segment)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// The link's path.
    package func path(_ segment: Int) -> String { Path.join(folder, Self.name(segment)) }

    /// Makes a segment's link in place of an older one.
    /// - Parameter control: what says which pieces are there; nil: all of them.
    /// - Returns: false where the file system has no hard links. Nothing is left then.
    /// - Throws: ``IOFault``
    package func add(_ segment: Int, control: ControlFile?) throws(IOFault) -> Bool {
        try Disk.makeDirectories(folder)
        let path = path(segment)
        remove(segment)
        if let control { try Disk.replace(path + ".aria2", with: control.encoded) }
        // A file that has its final name has lost the partial's; the other links still lead to it.
        let source = Disk.status(data) != nil ? data : others(than: segment).first ?? data
        guard try Disk.addName(path, to: source) else {
            Disk.removeFolder(folder)
            return false
        }
        return true
    }

    private func others(than segment: Int) -> [String] {
        Disk.names(in: folder).filter { $0 != Self.name(segment) && $0.allSatisfy(\.isNumber) }.map { Path.join(folder, $0) }
    }

    /// Removes a segment's link with what aria2c left beside it.
    package func remove(_ segment: Int) {
        for ending in ["", ".aria2", ".aria2__temp"] { Disk.remove(path(segment) + ending) }
    }

    /// Removes all of them. aria2c must have let go of them, or it would write its control files again.
    package func removeAll() { Disk.removeFolder(folder) }

    /// Removes what a killed process has left beside a file that is complete: links that keep its bytes when it is removed.
    package func removeAbandoned() {
        guard Disk.status(folder)?.kind == .directory, !Self.areInUse(folder) else { return }
        removeAll()
    }

    /// Whether a process offers the file: the holder of the partial's lock holds it under every name. Where there are no locks a process may.
    /// - Parameter own: a file that no other process works on, as the caller has found out.
    package static func areInUse(_ folder: String, except own: OpenFile? = nil) -> Bool {
        let held = try? own?.status()
        for name in Disk.names(in: folder) where name.allSatisfy(\.isNumber) {
            guard let file = try? OpenFile(Path.join(folder, name), .readWrite) else { continue }
            if let held, let there = try? file.status(), there.inode == held.inode, there.device == held.device { return false }
            return file.lock() != .granted
        }
        return false
    }
}
