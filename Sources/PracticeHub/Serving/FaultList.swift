import Synchronization

/// The faults in force, and how much of each is used up.
final class FaultList: Sendable {
    /// A fault that was found to act on a request.
    struct Active: Sendable {
        let fault: Fault
        /// The number of the last link signed before the fault was added.
        let lastLink: UInt32
    }

    private struct Entry {
        let active: Active
        var left: Int?
        var skips: Int
    }

    private let entries = Mutex<[Entry]>([])

    /// - Parameter lastLink: The number of the last link signed so far.
    func add(_ fault: Fault, lastLink: UInt32) {
        let entry = Entry(active: Active(fault: fault, lastLink: lastLink), left: fault.times, skips: fault.skip ?? 0)
        entries.withLock { $0.append(entry) }
    }

    func removeAll() { entries.withLock { $0 = [] } }

    /// Uses up one turn of every fault that matches the request and, as `acts` judges, can act on it.
    func take(for request: HubRequest, where acts: (Active) -> Bool) -> [Active] {
        let name = request.server.rawValue + request.target
        return entries.withLock { entries in
            var taken: [Active] = []
            for index in entries.indices {
                let fault = entries[index].active.fault
                guard entries[index].left != 0, fault.match.isEmpty || name.contains(fault.match),
                    fault.method == nil || fault.method == request.method, fault.header.map(request.carries) ?? true,
                    acts(entries[index].active)
                else { continue }
                if entries[index].skips > 0 {
                    entries[index].skips -= 1
                    continue
                }
                entries[index].left = entries[index].left.map { $0 - 1 }
                taken.append(entries[index].active)
            }
            return taken
        }
    }
}
