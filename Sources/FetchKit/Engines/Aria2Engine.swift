import Aria2
package import Curl
import FetchTypes
package import ModelSources

/// The engine that lets aria2c move the bytes. It gets signed links only: no header, no cookie, no token.
package struct Aria2Engine: TransferEngine {
    package let name = EngineName.aria2
    private let supervisor: Aria2Supervisor
    private let client: CurlClient
    private let budget: ConnectionBudget

    package init(supervisor: Aria2Supervisor, client: CurlClient, budget: ConnectionBudget) {
        self.supervisor = supervisor
        self.client = client
        self.budget = budget
    }

    package func transfer(_ link: ByteLink, into partial: Partial, connections: Int, meter: TransferMeter) async throws {
        guard let map = partial.map, !map.isComplete else { return }
        precondition(link.secretHeaders.isEmpty && link.headers.isEmpty, "aria2c never gets a header")
        let seat = budget.seat(at: link.url.host)
        _ = seat.take(min(connections, 16))
        defer { meter.set(connections: 0) }
        while true {
            let daemon = try await supervisor.daemon()
            // Named before it can write, so that whoever finds this record knows whom to wait for.
            partial.setDaemon(PartialRecord.Holder.Daemon(pid: daemon.process, startTime: daemon.startTime))
            try partial.prepareForAria2()
            try partial.save()
            if try await run(link, partial, seat, min(connections, 16), meter, daemon) { return }
            // It died under the job: the supervisor starts another, or says that it will not.
            try Task.checkCancellation()
        }
    }

    /// - Returns: false when aria2c ended before the job did.
    private func run(
        _ link: ByteLink, _ partial: Partial, _ seat: ConnectionBudget.Seat, _ most: Int, _ meter: TransferMeter, _ daemon: Aria2Daemon
    ) async throws -> Bool {
        let gid = Aria2GID.random()
        let length = Int(partial.map?.pieceLength ?? 1 << 20)
        let statuses: Aria2Supervisor.StatusStream
        do {
            let options = try Aria2JobOptions(
                gid: gid, directory: Path.parent(partial.names.data), fileName: Path.name(partial.names.data), connections: seat.count,
                pieceLength: length)
            statuses = try await supervisor.add(link.url, options, gid, to: daemon)
        } catch let invalid as Aria2JobOptions.Invalid {
            throw TransferFault.engineLost("aria2c cannot do it: \(invalid)")
        } catch let fault as Aria2RPCFault {
            if daemon.exit != nil { return false }
            throw TransferFault.engineLost("\(fault)")
        }
        let final = await follow(statuses, partial, meter) { await widen(gid, seat, most, daemon) }
        if daemon.exit != nil { return false }
        await withoutCancellation { await supervisor.remove(gid, from: daemon, isOver: final != nil) }
        partial.setDaemon(nil)
        try Task.checkCancellation()
        guard let final else { return daemon.exit == nil ? try lostJob() : false }
        if final.state == .complete {
            for index in 0..<(partial.map?.count ?? 0) { partial.mark(piece: index) }
            meter.set(received: partial.completeBytes, countingAsFetched: true)
            return true
        }
        throw try await fault(final, link, partial)
    }

    private func lostJob() throws -> Bool {
        throw TransferFault.engineLost("aria2c forgot the job")
    }

    /// Follows a job until it ends, its aria2c does, or the task is cancelled.
    private func follow(
        _ statuses: Aria2Supervisor.StatusStream, _ partial: Partial, _ meter: TransferMeter, widen: () async -> Void
    ) async -> Aria2Status? {
        let resumed = partial.completeBytes
        var widened = ContinuousClock.now
        for await status in statuses {
            if let bits = status.bitfield { partial.mark(bits) }
            // Before it has read the control file, aria2c says 0.
            meter.set(received: max(resumed, status.completedLength ?? 0), countingAsFetched: true)
            meter.set(connections: status.connections ?? 0)
            if status.state?.isFinal == true { return status }
            // Widening interrupts the connections for a moment: not often, and not for a small rest.
            let rest = (status.totalLength ?? 0) - (status.completedLength ?? 0)
            if rest > 32 << 20, ContinuousClock.now - widened > .seconds(3) {
                widened = .now
                await widen()
            }
        }
        return nil
    }

    /// Takes what other files have left over, once that doubles the connections.
    private func widen(_ gid: Aria2GID, _ seat: ConnectionBudget.Seat, _ most: Int, _ daemon: Aria2Daemon) async {
        let had = seat.count
        guard had * 2 <= most else { return }
        let more = seat.take(most - had)
        guard more >= had else { return seat.giveBack(more) }
        let width = String(had + more)
        try? await daemon.rpc.changeOption(gid, ["split": width, "max-connection-per-server": width])
    }

    /// aria2's error as a fault of ours. It hides statuses, so for most of them the server itself is asked.
    private func fault(_ status: Aria2Status, _ link: ByteLink, _ partial: Partial) async throws -> any Error {
        guard let entry = status.fault else { return TransferFault.engineLost("aria2c ended the job as \(status.state?.rawValue ?? "?")") }
        let host = link.url.host
        let words = "aria2c: \(entry.meaning)"
        switch entry.action {
        case .diskFull:
            return IOFault.diskFull(writing: partial.names.data)
        case .probe, .renewLink, .notFound, .wrongData:
            _ = try await LinkProbe(link, client: client)
            // It serves us, so what it told aria2c counts as it stands, or was one connection's bad luck.
            if let code = entry.status { return TransferFault.refused(status: code, retryAfter: nil, host: host) }
            return TransferFault.network(TransportFault(.dropped, host: host, detail: words))
        case .retryNetwork, .nameResolution, .unfinished, .removed:
            return TransferFault.network(TransportFault(.dropped, host: host, detail: words))
        case .timeout:
            return TransferFault.stalled(host: host)
        case .rebuildControlFile, .rewriteControlFile:
            Disk.remove(partial.names.control)
            return TransferFault.nonsense(words)
        case .localIO, .rangeNotHonoured, .fatal, .badOption, .alreadyDownloading, .ok:
            return TransferFault.engineLost(words)
        }
    }
}

/// Runs what must be done even though the task has been cancelled, such as stopping a writer.
private func withoutCancellation(_ work: @escaping @Sendable () async -> Void) async {
    await Task { await work() }.value
}
