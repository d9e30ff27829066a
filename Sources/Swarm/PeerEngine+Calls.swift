import Aria2
import Torrent

/// Calls of aria2c that survive a pause of this process: if it was stopped during a call, the time of the call has run out, although aria2c
/// has answered.
extension PeerEngine {
    /// Makes a call that may be made twice.
    static func repeatingOnce(_ call: () async throws -> Void) async throws {
        do { try await call() } catch Aria2RPCFault.timedOut { try await call() }
    }

    /// Polls the torrents until aria2c has ended.
    func pollUntilExit(_ daemon: Aria2Daemon) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { _ = try await daemon.exited() }
            group.addTask { try await self.poll(daemon.rpc) }
            try await group.next()
        }
    }

    /// Adds a torrent.
    static func begin(
        _ torrent: SegmentTorrent, _ options: Aria2TorrentOptions, _ gid: Aria2GID, _ rpc: Aria2RPC
    ) async throws(Aria2RPCFault) {
        do throws(Aria2RPCFault) {
            try await rpc.addTorrent(torrent.base64, options)
        } catch {
            guard case .timedOut = error else { throw error }
            // It is there where aria2c has received the call.
            _ = try await rpc.tellStatus(gid, keys: [.status])
        }
    }
}
