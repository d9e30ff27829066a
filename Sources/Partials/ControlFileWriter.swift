import Aria2
import Storage
import Synchronization

/// Writes aria2's control file while we are the ones who keep it: a byte whenever a piece is whole, so that the piece stays,
/// whatever kills us next.
///
/// Its lock is held while the disk is written to, and never the state's: callers that ask for the map do not wait for the disk.
final class ControlFileWriter: Sendable {
    private let file = Mutex<OpenFile?>(nil)

    /// From here on ``write(_:bits:)`` writes to that file.
    func open(_ path: String) throws(IOFault) {
        let opened = try OpenFile(path, .readWrite)
        file.withLock { $0 = opened }
    }

    /// Writes no more. No write is under way when this returns.
    func close() { file.withLock { $0 = nil } }

    /// Those pieces are whole.
    /// - Parameter bits: the map's bits, asked for within the lock: of two who have finished pieces of the same byte the later
    ///   writes both.
    func write(_ pieces: [Int], bits: () -> Bitfield?) {
        guard !pieces.isEmpty else { return }
        file.withLock { file in
            guard let file, let bits = bits() else { return }
            // A disk that refuses this byte refuses the next piece too, and that is where it is reported.
            for index in pieces { try? file.write([bits.bytes[index / 8]], at: Int64(ControlFile.bitfieldOffset + index / 8)) }
        }
    }
}
