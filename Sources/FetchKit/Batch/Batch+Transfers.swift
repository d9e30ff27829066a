import Curl
import Events
import FetchTypes
import Layouts
import ModelSources
import Storage
import Transfer

/// The last stage of a round: the items that are needed are downloaded.
extension Batch {
    /// - Parameter fleet: what brings the files, where there is one: all of them are open at once then.
    func transferAll(_ items: [BatchItem], _ ledger: BatchLedger, _ fleet: BatchFleet? = nil) async {
        for item in items { room.add(item.file) }
        var schedule = TransferSchedule(sizes: items.map(\.file.file.size), jobs: fleet == nil ? options.jobs : .max)
        let (budget, permits) = (services.runtime.budget, services.runtime.permits)
        defer { budget.setCrowd(0, of: ObjectIdentifier(room)) }
        await withTaskGroup(of: Bool.self) { group in
            func startMore() {
                budget.setCrowd(fleet == nil ? schedule.crowd : 1, of: ObjectIdentifier(room))
                for place in schedule.start(smallFiles: budget.smallFiles(overStreams: services.client.usesStreams)) {
                    let item = items[place]
                    group.addTask(executorPreference: BlockingExecutor.forTasks) {
                        let isSmall = SmallFiles.include(item.file.file.size)
                        if isSmall || fleet != nil {
                            await transfer(item.request, file: item.file, ledger: ledger, shared: fleet?.shared(item.file))
                        } else {
                            await permits.with(services.owner) { await transfer(item.request, file: item.file, ledger: ledger) }
                        }
                        return isSmall
                    }
                }
            }
            startMore()
            while let isSmall = await group.next() {
                schedule.end(isSmall: isSmall)
                startMore()
            }
        }
    }

    private func transfer(_ index: Int, file: PlannedFile, ledger: BatchLedger, shared: SharedFile? = nil) async {
        let meter = TransferMeter()
        defer { room.remove(file) }
        do {
            try Task.checkCancellation()
            if let refusal = ledger.refusal(index) { throw refusal }
            services.onPartial(file.tag, file.placement.partial)
            let outcome = try await FileJob(
                file, options: options, engines: engines, room: room, shared: shared, emit: emit
            ).run(meter: meter)
            if case .finished(let finished) = outcome { emit(.finished(file.tag, finished)) }
            await sidecars(index).write(for: file)
            ledger.settle(index, outcome, fetched: meter.fetchedBytes)
        } catch {
            ledger.addFetched(meter.fetchedBytes)
            fail(index, ledger: ledger, tag: file.tag, error: error, keptIn: file.placement.partial)
        }
    }

    func sidecars(_ index: Int) -> SidecarWriter { SidecarWriter(kinds: requests[index].sidecars, emit: emit) }
}
