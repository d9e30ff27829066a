import FetchKit
import Queue
import Synchronization
import Transfer

extension Worker {
    /// Starts what may run now, as far as there is room.
    func startJobs(_ group: inout DiscardingTaskGroup) {
        guard !starter.isHeldOff else { return }
        for job in QueuePlan.runnable(reader.jobs, at: Moment.now, setup.clock) {
            guard !isStopping, load < setup.runtime.permits.limit else { return }
            guard state.withLock({ $0.running[job.number] == nil && !$0.ending.contains(job.number) }) else { continue }
            guard let running = starter.start(job.number) else { continue }
            state.withLock { $0.running[job.number] = running }
            setup.say("job \(job.number): running")
            group.addTask { await self.run(running) }
        }
    }

    /// Large files that the running jobs have or want; a job that has not come so far, or has small ones, counts as one.
    private var load: Int {
        state.withLock { Array($0.running.keys) }.reduce(0) { (sum: Int, number: JobNumber) in
            sum + max(1, setup.runtime.permits.load(of: Int(number.value)))
        }
    }
}
