import FetchTypes
import Partials
import Storage
import Transfer

/// Fills a partial from a file that is on this machine already; the published hash judges it like every other.
struct CachedCopy {
    let path: String

    /// Between two looks at whether it is still wanted. Bytes.
    private static let step: Int64 = 8 << 20

    /// - Parameters:
    ///   - partial: adopted, its size known.
    ///   - onStep: told how many bytes are copied, at first none; not where they are shared.
    /// - Returns: how the bytes were taken; nil where the file is of another size or cannot be read, or there is no room: the partial is
    ///   empty then.
    /// - Throws: ``IOFault`` where the partial cannot be emptied, `CancellationError`.
    func fill(_ partial: Partial, meter: TransferMeter, onStep: (Int64) -> Void) async throws -> CopyMethod? {
        do {
            let source = try OpenFile(path, .followed)
            guard let size = partial.size, let map = partial.map, try source.status().size == size else { return nil }
            if partial.file.clone(source) {
                for piece in 0..<map.count { partial.mark(piece: piece) }
                meter.set(received: size)
                try partial.save()
                return .reflink
            }
            for start in stride(from: 0, to: size, by: Int(Self.step)) {
                try Task.checkCancellation()
                onStep(start)
                let range = start..<min(size, start + Self.step)
                try await BlockingExecutor.run { try source.copy(range, to: partial.file) }
            }
            for piece in 0..<map.count { partial.mark(piece: piece) }
            meter.set(received: size)
            try partial.save()
            return .copy
        } catch is IOFault {
            try partial.startOver()
            return nil
        }
    }
}
