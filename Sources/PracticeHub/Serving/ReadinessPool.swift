package import FlyingSocks
import Foundation
import Synchronization

/// Waits until sockets can be read or written: one thread with one `poll(2)` for all the hubs of a process.
///
/// FlyingFox's own pools hold a dispatch thread and two descriptors each, three pools to a hub. Tests run hubs by the dozen,
/// where that runs into dispatch's limit on threads.
package final class ReadinessPool: AsyncSocketPool {
    package static let shared = ReadinessPool()

    private struct Waiter {
        let descriptor: Int32
        let events: Int16
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var nextNumber: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        /// Waits that were cancelled before they had begun.
        var cancelled: Set<UInt64> = []
    }

    private let state = Mutex(State())
    /// A pipe whose writing end ends the thread's current `poll`, so that it looks at the waiters again.
    private let wakeEnds: (read: Int32, write: Int32)

    private init() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { fatalError("no descriptors left for a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        wakeEnds = (ends[0], ends[1])
        let thread = Thread { [self] in
            while true { pollOnce() }
        }
        thread.name = "practice-hub"
        thread.start()
    }

    package func prepare() async throws {}

    /// The thread serves every hub, so that there is nothing to run for one of them.
    package func run() async throws {
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    package func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        sendAtOnce(socket.file.rawValue)
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        defer { _ = state.withLock { $0.cancelled.remove(number) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let wanted = (events.contains(.read) ? Int16(POLLIN) : 0) | (events.contains(.write) ? Int16(POLLOUT) : 0)
                let waiter = Waiter(descriptor: socket.file.rawValue, events: wanted, continuation: continuation)
                let isCancelled = state.withLock { state in
                    guard !state.cancelled.contains(number) else { return true }
                    state.waiters[number] = waiter
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) } else { wake() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.cancelled.insert(number)
                return state.waiters.removeValue(forKey: number)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// FlyingFox sends head and body one by one: without this a small body waits 40 ms for the client to acknowledge the
    /// head. A connection has it from the socket that listens, which comes by here before it accepts.
    private func sendAtOnce(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private func wake() {
        // A full pipe wakes the thread just as well.
        _ = write(wakeEnds.write, [1], 1)
    }

    private func pollOnce() {
        let waiters = state.withLock { $0.waiters }
        let numbers = Array(waiters.keys)
        var entries = [pollfd(fd: wakeEnds.read, events: Int16(POLLIN), revents: 0)]
        entries += numbers.map { pollfd(fd: waiters[$0]!.descriptor, events: waiters[$0]!.events, revents: 0) }
        // Interrupted by a signal it returns -1 and has changed nothing.
        guard waitForEvents(&entries) > 0 else { return }
        if entries[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 256)
            while read(wakeEnds.read, &bytes, bytes.count) == bytes.count {}
        }
        let ready = zip(numbers, entries.dropFirst()).filter { $0.1.revents != 0 }.map(\.0)
        guard !ready.isEmpty else { return }
        // A task that is woken tries again, and waits again if there was no reason: so errors need no signal of their own.
        let woken = state.withLock { state in ready.compactMap { state.waiters.removeValue(forKey: $0) } }
        for waiter in woken { waiter.continuation.resume() }
    }
}

// Outside the class, where `poll` is the system's.
private func waitForEvents(_ entries: inout [pollfd]) -> Int32 { poll(&entries, nfds_t(entries.count), -1) }
