import Dispatch
import Events
import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Appends what happens to a job to its log, in the form of the plain display.
final class JobLogReporter: Reporter {
    /// -1 where the log cannot be written: then there is none.
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "job log")
    private let lines: LineReporter

    init(path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        self.descriptor = descriptor
        lines = LineReporter(
            line: ProgressLine(), verbose: false, quiet: false,
            write: { [queue] text in queue.async { Self.write(text.text, to: descriptor) } })
    }

    deinit { if descriptor >= 0 { systemClose(descriptor) } }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    func handle(_ event: Event) { lines.handle(event) }
    func put(_ text: OutputText) {}
    func fail(_ failure: Failure) { lines.fail(failure) }
    func close() { queue.sync {} }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    bytes.map { write(descriptor, $0, count) } ?? 0
}
private func systemClose(_ descriptor: Int32) { close(descriptor) }
