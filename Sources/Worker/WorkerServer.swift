import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Answers commands on the worker's socket until it is stopped.
final class WorkerServer: Sendable {
    private let path: String
    private let listener: Int32

    /// - Parameter answer: called on any thread; must not block.
    /// - Returns: nil where the file system supports no sockets; the worker then polls for wishes.
    init?(_ path: String, answer: @escaping @Sendable (WorkerRequest) -> WorkerAnswer) {
        guard let listener = LocalSocket.listen(path) else { return nil }
        (self.path, self.listener) = (path, listener)
        DispatchQueue(label: "worker socket").async {
            while let peer = LocalSocket.accept(listener) {
                // A silent connection does not delay the others.
                DispatchQueue.global().async { Self.serve(peer, answer) }
            }
            close(listener)
        }
    }

    private static func serve(_ peer: Int32, _ answer: (WorkerRequest) -> WorkerAnswer) {
        defer { close(peer) }
        while let line = LocalSocket.readLine(peer), let request = WorkerLine.decode(WorkerRequest.self, line) {
            guard LocalSocket.write(WorkerLine.encode(answer(request)), to: peer) else { return }
        }
    }

    /// No client can connect from here on. The thread that accepts closes the socket.
    func stop() {
        unlink(path)
        shutdown(listener, Int32(SHUT_RDWR))
    }
}
