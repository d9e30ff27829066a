import FetchTypes
import Storage

extension QueueStore {
    /// Reads all jobs of the queue.
    ///
    /// On the way it tidies: the record of a foreground `add` that died is removed, a damaged record is set aside, an ended job
    /// whose way into the history was interrupted gets there. Where the queue cannot be written, that is left to others.
    package func list(at now: Moment = .now) -> QueueListing {
        var listing = QueueListing()
        let names = LiveNames(folder.live)
        // Most of the time goes into opening files.
        for part in AllProcessors.parts(of: names.records, { read($0, names.wished, at: now) }) {
            listing.jobs += part.jobs
            listing.problems += part.problems
        }
        listing.jobs.sort { $0.order != $1.order ? $0.order < $1.order : $0.number < $1.number }
        let untold = damagedRecords().filter { !$0.isTold }.map { QueueProblem.damaged($0.number, movedTo: $0.path) }
        listing.problems += untold.filter { !listing.problems.contains($0) }
        listing.problems.sort { $0.message < $1.message }
        return listing
    }

    private func read(_ numbers: ArraySlice<JobNumber>, _ wished: Set<JobNumber>, at now: Moment) -> QueueListing {
        var listing = QueueListing()
        listing.jobs.reserveCapacity(numbers.count)
        for number in numbers {
            guard let bytes = QueueFile.contents(folder.record(number)) else { continue }
            switch ReadRecord(bytes, number: number) {
            case .record(let record):
                if let job = current(record, wished.contains(number) ? wishes(number) : [], at: now) { listing.jobs.append(job) }
            case .newer(let version): listing.problems.append(.newer(number, version: version))
            case .damaged: if let problem = setAside(number) { listing.problems.append(problem) }
            }
        }
        return listing
    }

    /// One job of the queue, as ``list(at:)`` shows it.
    /// - Returns: nil when there is none that can be used.
    package func job(_ number: JobNumber, at now: Moment = .now) -> JobRecord? {
        guard case .record(let record)? = facts(number) else { return nil }
        return current(record, wishes(number), at: now)
    }

    /// The current facts: with the progress that the job's holder writes, and with pending wishes applied where no process holds the job.
    /// - Returns: nil for a job that leaves the queue.
    private func current(_ facts: JobRecord, _ wishes: [WrittenWish], at now: Moment) -> JobRecord? {
        var job = facts
        let isHeld = facts.state == .running || facts.isForeground ? isHeld(facts.number) : false
        if facts.isForeground, !isHeld {
            removeDead(facts.number)
            return nil
        }
        if isHeld {
            if let progress = progress(facts.number) { job.progress = progress }
            // What its holder has not done yet is not so yet.
            job.apply(wishes.filter { $0.wish.kind != .state }, at: now)
            return job
        }
        // Its holder has gone.
        if job.state == .running {
            if let progress = progress(facts.number) { job.progress = progress }
            job.state = .queued
            job.progress.halt()
        }
        if job.state.isEnded, job.pendingHook == nil { return settle(job) ? nil : job }
        job.apply(wishes, at: now)
        return job
    }

    private func removeDead(_ number: JobNumber) {
        guard case .taken(let lock)? = try? lock(number), let record = lock.read(), record.isForeground else { return }
        lock.discard()
    }

    /// Brings an ended job into the history.
    /// - Returns: whether it has left the queue.
    private func settle(_ job: JobRecord) -> Bool {
        guard case .taken(let lock)? = try? lock(job.number), let record = lock.read(), record.state.isEnded, record.pendingHook == nil
        else { return false }
        if history.holds(record) {
            lock.clearAway()
            return true
        }
        return (try? lock.finish(record)) != nil
    }

    /// - Returns: nil when it is no longer damaged.
    private func setAside(_ number: JobNumber) -> QueueProblem? {
        guard case .taken(let lock)? = try? lock(number) else { return .damaged(number, movedTo: nil) }
        guard case .damaged? = facts(number) else { return nil }
        let path = "\(folder.damaged)/\(number).\(Int(Moment.now.seconds)).json"
        do {
            try Disk.makePrivateDirectory(folder.damaged)
            try Disk.moveAside(folder.record(number), to: path)
        } catch {
            return .damaged(number, movedTo: nil)
        }
        lock.clearAway()
        return .damaged(number, movedTo: path)
    }
}
