import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes to a descriptor in the order of the calls, on a thread that may block: a reader that does not read holds up neither the
/// cooperative pool nor a signal.
///
/// Once the process is to end, what is not written within a bounded time is dropped.
final class OutputPort: Sendable {
    /// Standard error, and standard output where both are the same file: the order of both matters there.
    static let error = OutputPort()
    static let output = isSameFile(STDOUT_FILENO, STDERR_FILENO) ? error : OutputPort()

    /// Whether something for standard output could not be written.
    static let lostOutput = Atomic(false)

    private let queue = DispatchQueue(label: "output")
    /// Bytes that wait to be written.
    private let pending = Atomic(0)

    /// Bytes after which progress need not be drawn: what waits is out of date by the time it is read.
    private static let behind = 64 << 10
    /// Bytes after which a writer waits, so that a reader that never reads does not cost all memory.
    private static let most = 64 << 20
    /// A pipe that can be written to takes so many bytes without blocking (POSIX's PIPE_BUF on Linux).
    private static let step = 4096

    static func of(_ descriptor: Int32) -> OutputPort { descriptor == STDOUT_FILENO ? output : error }

    /// Whether the reader is far behind.
    var isBehind: Bool { pending.load(ordering: .relaxed) > Self.behind }

    func write(_ bytes: [UInt8], to descriptor: Int32) {
        guard !bytes.isEmpty else { return }
        let waiting = pending.add(bytes.count, ordering: .relaxed).newValue
        queue.async { [self] in
            Self.send(bytes, to: descriptor)
            pending.subtract(bytes.count, ordering: .relaxed)
        }
        if waiting > Self.most { queue.sync {} }
    }

    /// Waits until all has been written, or dropped.
    static func flush() {
        output.queue.sync {}
        error.queue.sync {}
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard OutputDeadline.waitUntilWritable(descriptor) else { return }
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress!, min($0.count, step)) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            if count <= 0 {
                // A reader that has gone (`| head`) wants no more; a full disk behind standard output loses what was asked for.
                if descriptor == STDOUT_FILENO, errno != EPIPE { lostOutput.store(true, ordering: .relaxed) }
                return
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func isSameFile(_ one: Int32, _ other: Int32) -> Bool {
        var (first, second) = (stat(), stat())
        guard fstat(one, &first) == 0, fstat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(descriptor, buffer, count) }
