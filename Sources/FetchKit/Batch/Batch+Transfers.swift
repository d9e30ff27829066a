import Curl
import Events
import FetchTypes
import Layouts
import ModelSources
import Storage
import Transfer

/// The last stage of a round: the items that are needed are downloaded.
extension Batch {
    func transferAll(_ items: [BatchItem], _ ledger: BatchLedger) async {
        for item in items { room.add(item.file) }
        var schedule = TransferSchedule(sizes: items.map(\.file.file.size), jobs: options.jobs)
        let (budget, permits) = (services.runtime.budget, services.runtime.permits)
        defer { budget.setCrowd(0, of: ObjectIdentifier(room)) }
        await withTaskGroup(of: Bool.self) { group in
            func startMore() {
                budget.setCrowd(schedule.crowd, of: ObjectIdentifier(room))
                for place in schedule.start(smallFiles: budget.smallFiles(overStreams: services.client.usesStreams)) {
                    let item = items[place]
                    group.addTask(executorPreference: BlockingExecutor.forTasks) {
                        let isSmall = SmallFiles.include(item.file.file.size)
                        if isSmall {
                            await transfer(item.request, item.file, ledger)
                        } else {
                            await permits.with(services.owner) { await transfer(item.request, item.file, ledger) }
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

    private func transfer(_ index: Int, _ file: PlannedFile, _ ledger: BatchLedger) async {
        let meter = TransferMeter()
        defer { room.remove(file) }
        do {
            try Task.checkCancellation()
            if let refusal = ledger.refusal(index) { throw refusal }
            services.onPartial(file.tag, file.placement.partial)
            let outcome = try await FileJob(file, options: options, engines: engines, room: room, emit: emit).run(meter: meter)
            if case .finished(let finished) = outcome { emit(.finished(file.tag, finished)) }
            await sidecars(index).write(for: file)
            ledger.settle(index, outcome, fetched: meter.fetchedBytes)
        } catch {
            ledger.addFetched(meter.fetchedBytes)
            fail(index, ledger, file.tag, error, keptIn: file.placement.partial)
        }
    }

    func sidecars(_ index: Int) -> SidecarWriter { SidecarWriter(kinds: requests[index].sidecars, emit: emit) }
}
