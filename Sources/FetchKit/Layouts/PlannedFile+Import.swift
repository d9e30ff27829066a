import Aria2
import Layouts
import Partials
import Storage
import Transfer

extension PlannedFile {
    /// Makes what another program left the beginning of our partial.
    /// - Parameters:
    ///   - map: which pieces of the file are there.
    ///   - move: gives the bytes the partial's name. Record and control file precede that and go again where it fails.
    /// - Throws: ``IOFault``.
    func beginPartial(with map: PieceMap, move: () throws(IOFault) -> Void) throws(IOFault) {
        let names = placement.partial
        var record = wanted
        record.size = map.size
        record.pieceLength = map.pieceLength
        record.pieces = map.hex
        record.boot = ThisProcess.boot
        try JSONFile.write(record, to: names.record)
        try Disk.replace(names.control, with: map.controlFile.encoded)
        do throws(IOFault) { try move() } catch {
            Disk.remove(names.record)
            Disk.remove(names.control)
            throw error
        }
    }
}
