package import Aria2

/// The same map in aria2's format. aria2 fills a piece from its start and keeps account of that in blocks of 16 KiB.
extension PieceMap {
    /// - Returns: nil when the control file is that of another file: another size or piece length.
    package init?(_ control: ControlFile, size: Int64) {
        guard control.totalLength == size, Int64(control.pieceLength) == Self.pieceLength(for: size) else { return nil }
        self.init(size: size, bits: control.pieces)
        for piece in control.inFlight {
            var blocks = 0
            while blocks < piece.blocks.count, piece.blocks[blocks] { blocks += 1 }
            let whole = range(of: piece.index)
            // Never all of it: what aria2 itself does not call whole is not.
            insert(bytes: whole.lowerBound..<min(whole.lowerBound + Int64(blocks * ControlFile.blockLength), whole.upperBound - 1))
        }
    }

    package var controlFile: ControlFile {
        let beginnings = fragments.compactMap { index, ranges in ranges.first { $0.lowerBound == range(of: index).lowerBound } }
        var control = ControlFile(totalLength: size, pieceLength: Int(pieceLength), complete: beginnings)
        control.pieces = bits
        return control
    }
}

extension PieceMap {
    /// The first bytes of a file, and nothing behind them.
    package init(size: Int64, beginning: Int64) {
        self.init(size: size)
        insert(bytes: 0..<beginning)
    }

    /// What aria2 noted with whatever piece length: a piece of ours is there when all of its bytes are.
    /// - Returns: nil when it is that of a file of another size.
    package init?(adapting control: ControlFile, size: Int64) {
        if let same = PieceMap(control, size: size) {
            self = same
            return
        }
        guard control.totalLength == size else { return nil }
        self.init(size: size)
        let theirs = Int64(control.pieceLength)
        for index in 0..<count {
            let piece = range(of: index)
            let needed = Int(piece.lowerBound / theirs)...Int((piece.upperBound - 1) / theirs)
            if needed.allSatisfy({ control.pieces[$0] }) { insert(index) }
        }
    }
}
