import Aria2
import Events
import FetchTypes
import Fleet
import ModelSources
import Storage
import Transfer

extension Batch {
    /// Downloads what is needed, with the other members of a fleet where there is one.
    /// - Parameter lists: file lists for nodes that the source refuses.
    func transferShared(_ files: [PlannedFile], _ items: inout BatchItems, _ lists: FleetLists, _ ledger: BatchLedger) async {
        do throws(Failure) {
            try reportUnsized(items[.needed].map(\.file), of: files)
        } catch {
            for index in items.dropAll() { fail(index, ledger: ledger, tag: tag(of: requests[index]), error: error, isWhole: true) }
            return
        }
        let sized = files.filter { ($0.file.size ?? 0) > 0 }
        guard let terms = services.fleet, !sized.isEmpty else { return await transferAll(items[.needed], ledger) }
        let needed = items[.needed]
        let launch = await services.runtime.engines.found().peerLaunch
        do throws(Failure) {
            let fleet = try BatchFleet(
                terms, files: sized, needed: needed.map(\.file), lists: lists, launch: launch, services: services, emit: emit)
            guard let claim = try await nodeClaim(fleet, needed) else { return await transferAll(needed, ledger) }
            let fault = await claim.hold {
                await fleet.run(needed: needed.map(\.file), present: items[.present].map(\.file)) {
                    await transferAll(needed, ledger, fleet)
                }
            }
            // A user who ends a member that serves the others wants the exit code of the signal, although all files are here.
            let failure = Task.isCancelled ? services.interrupted : fault
            // Files that failed with the fleet have reported their own failures.
            if let failure, ledger.fail(with: failure) { emit(.failed(tag(of: requests[0]), failure, keptBytes: 0)) }
        } catch {
            for index in items.dropAll() { fail(index, ledger: ledger, tag: tag(of: requests[index]), error: error, isWhole: true) }
        }
    }

    /// Waits until no other process of this node is a member of the fleet.
    /// - Returns: nil where the fleet is not needed: another process has fetched all files, or this one was interrupted.
    private func nodeClaim(_ fleet: BatchFleet, _ needed: [BatchItem]) async throws(Failure) -> NodeClaim? {
        let tag = tag(of: requests[0])
        do {
            return try await NodeClaim.take(fleet.nodeName, limit: options.wait) {
                !needed.isEmpty && needed.allSatisfy { Disk.followedStatus($0.file.target)?.size == $0.file.file.size }
            } onWait: {
                emit(
                    .waiting(
                        tag, reason: .locked, seconds: options.wait?.value,
                        note: "another process of this node fetches these files with the fleet"))
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            return nil
        }
    }
}
