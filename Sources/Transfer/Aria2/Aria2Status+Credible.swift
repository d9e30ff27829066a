import Aria2
import Partials

extension Aria2Status {
    /// The pieces that aria2 reports as written, where the rest of its report bears that out: it works on a file of this size, and
    /// has received at least as many bytes as those pieces have.
    /// - Parameter size: bytes of the file.
    /// - Returns: nil when it reports none, or contradicts itself.
    func credibleBitfield(size: Int64) -> Bitfield? {
        guard let bitfield, let completedLength, totalLength == size, let map = PieceMap(size: size, bits: bitfield),
            pieceLength.map({ Int64($0) == map.pieceLength }) ?? true, map.completeBytes <= completedLength, completedLength <= size
        else { return nil }
        return bitfield
    }
}
