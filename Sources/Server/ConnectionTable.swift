import NIOCore
import Synchronization

/// The open connections of a server: which there are, and whether another is taken.
final class ConnectionTable: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var perPeer: [String: Int] = [:]
        var isClosing = false
        /// The event loop takes nothing more.
        var isEnded = false
    }
    private let state = Mutex(State())
    private let limits: ServerLimits

    init(_ limits: ServerLimits) { self.limits = limits }

    /// - Returns: false where the channel is one too many; it is not in the table then.
    func admit(_ channel: any Channel, peer: String) -> Bool {
        state.withLock { state in
            guard !state.isClosing, state.channels.count < limits.connections,
                state.perPeer[peer, default: 0] < limits.connectionsPerPeer
            else { return false }
            state.channels[ObjectIdentifier(channel)] = channel
            state.perPeer[peer, default: 0] += 1
            return true
        }
    }

    func leave(_ channel: any Channel, peer: String) {
        state.withLock { state in
            guard state.channels.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return }
            let left = state.perPeer[peer, default: 1] - 1
            state.perPeer[peer] = left > 0 ? left : nil
        }
    }

    /// Runs the work on the loop, unless that has ended.
    func run(on loop: any EventLoop, _ work: @escaping @Sendable () -> Void) {
        // Under the lock: the loop cannot end in between.
        state.withLock { if !$0.isEnded { loop.execute(work) } }
    }

    /// From here on nothing runs on the loop any more.
    func end() { state.withLock { $0.isEnded = true } }

    var count: Int { state.withLock { $0.channels.count } }

    /// Closes all connections, and takes no further one.
    func closeAll() {
        let channels = state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
