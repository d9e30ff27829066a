import Aria2
package import Curl
package import Events
import FetchTypes
import ModelSources
import Partials

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

    package func transfer(_ work: TransferWork) async throws {
        let (links, partial, meter) = (work.links, work.partial, work.meter)
        guard let map = partial.map, !map.isComplete else { return }
        let widest = min(work.connections, 16)
        let permit = budget.permit(at: try await links.link().url.origin)
        _ = permit.take(widest)
        defer { meter.set(connections: 0) }
        while true {
            let daemon = try await supervisor.daemon()
            // Named before it can write, so that a process that finds this record knows which aria2c to wait for.
            partial.setDaemon(PartialRecord.Holder.Daemon(pid: daemon.process, startTime: daemon.startTime))
            try partial.prepareForAria2()
            try partial.save()
            let job = Aria2Job(
                daemon: daemon, supervisor: supervisor, client: client, partial: partial, links: links, meter: meter, permit: permit,
                widest: widest, say: work.say)
            if try await job.run() { return }
            // It died under the job: the supervisor starts another, or says that it will not.
            try Task.checkCancellation()
        }
    }
}
