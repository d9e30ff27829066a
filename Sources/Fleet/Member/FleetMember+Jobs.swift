import FetchTypes

/// What a member does at the same time as it talks to the coordinator.
extension FleetMember {
    /// Work for the task group of ``run()``.
    enum Job: Sendable {
        case fetch(FleetSegment)
        /// Fetches a complete segment again.
        case recheck(FleetSegment)
        /// Fetches a piece of a complete segment, to compare it.
        case sample(FleetSegment, piece: Int)
        case obtain(FleetSegment, Known)
        /// Fails a file that this node cannot get from anywhere.
        case giveUp(Int, Failure)
    }

    /// Transfers the segments that were claimed or are to be obtained.
    func work() async -> FleetOutcome? {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask {
                    switch job {
                    case .fetch(let segment): await self.fetch(segment)
                    case .recheck(let segment): await self.recheck(segment)
                    case .sample(let segment, let piece): await self.sample(segment, piece)
                    case .obtain(let segment, let known): await self.obtain(segment, known)
                    case .giveUp(let file, let failure): await self.plane.giveUp(file, failure)
                    }
                }
            }
            group.cancelAll()
        }
        return nil
    }
}
