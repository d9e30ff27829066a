import Aria2
import Events
import FetchTypes
import Fleet
import ModelSources
import Transfer

extension Batch {
    /// Downloads what is needed, with the other members of a fleet where there is one.
    func transferShared(_ files: [PlannedFile], _ items: inout BatchItems, _ ledger: BatchLedger) async {
        let sized = files.filter { ($0.file.size ?? 0) > 0 }
        guard let terms = services.fleet, !sized.isEmpty else { return await transferAll(items[.needed], ledger) }
        let needed = items[.needed]
        let launch = await services.runtime.engines.found().peerLaunch
        do throws(Failure) {
            let fleet = try BatchFleet(
                terms, files: sized, needed: needed.map(\.file), launch: launch, services: services, emit: emit)
            let failure = await fleet.run(needed: needed.map(\.file), present: items[.present].map(\.file)) {
                await transferAll(needed, ledger, fleet)
            }
            // Files that failed with the fleet have reported their own failures.
            if let failure, ledger.fail(with: failure) { emit(.failed(tag(of: requests[0]), failure, keptBytes: 0)) }
        } catch {
            for index in items.dropAll() { fail(index, ledger: ledger, tag: tag(of: requests[index]), error: error, isWhole: true) }
        }
    }
}
