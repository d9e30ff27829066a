import Aria2

/// The same map in aria2's words. aria2 keeps account of begun pieces in blocks of 16 KiB.
extension PieceMap {
    /// - Returns: nil when the control file is that of another file: another size or piece length.
    init?(_ control: ControlFile, size: Int64) {
        guard control.totalLength == size, Int64(control.pieceLength) == Self.pieceLength(for: size) else { return nil }
        self.init(size: size, bits: control.pieces)
        for piece in control.inFlight {
            var blocks = 0
            while blocks < piece.blocks.count, piece.blocks[blocks] { blocks += 1 }
            let start = range(of: piece.index).lowerBound
            begin(piece.index, upTo: min(start + Int64(blocks * ControlFile.blockLength), range(of: piece.index).upperBound - 1))
        }
    }

    var controlFile: ControlFile {
        var control = ControlFile(totalLength: size, pieceLength: Int(pieceLength))
        control.pieces = bits
        for (index, offset) in begun.sorted(by: { $0.key < $1.key }) {
            let piece = range(of: index)
            let blocks = Int(offset - piece.lowerBound) / ControlFile.blockLength
            guard blocks > 0 else { continue }
            var bits = Bitfield(count: (piece.count + ControlFile.blockLength - 1) / ControlFile.blockLength)
            for block in 0..<blocks { bits[block] = true }
            control.inFlight.append(ControlFile.PieceInFlight(index: index, length: piece.count, blocks: bits))
        }
        return control
    }
}
