package import FetchTypes
package import Storage

/// The queue on the disk. Any number of processes may use it at the same time. A call that is interrupted leaves no half-written file.
package struct QueueStore: Sendable {
    package let folder: QueueFolder
    package var history: JobHistory { JobHistory(folder: folder) }

    /// Nothing is made: a queue that is not there is empty.
    package init(_ folder: QueueFolder) { self.folder = folder }

    /// - Throws: ``Failure`` with exit code 78 where the environment names no home.
    package init(environment: [String: String]) throws(Failure) {
        guard let folder = QueueFolder(environment: environment) else {
            throw Failure(
                .config, "there is no folder for the queue.", why: "HOME, XDG_STATE_HOME and FETCHCTL_STATE_DIR name none.",
                hint: "set FETCHCTL_STATE_DIR to a folder of yours.")
        }
        self.init(folder)
    }

    /// Makes the folders where they are missing.
    /// - Throws: ``Failure`` with exit code 78 where they cannot be made or belong to another user.
    package func prepare() throws(Failure) { try saying { () throws(IOFault) in try folder.make() } }

    /// A fault of the queue's own files as a person sees it: what cannot be written is the configuration's fault (78), a full disk
    /// is not (74).
    package func failure(_ fault: IOFault) -> Failure {
        let plain = fault.failure
        guard ![.diskFull, .io].contains(plain.kind) || fault.isMissing else { return plain }
        if let obstacle = folder.obstacle {
            return Failure(
                .config, "the queue in \(folder.path) cannot be written.", why: "\(obstacle) is in the way: it is no folder.",
                hint: "move it away, or set FETCHCTL_STATE_DIR to another folder.")
        }
        return Failure(
            .config, "the queue in \(folder.path) cannot be written.", why: plain.message,
            hint: "set FETCHCTL_STATE_DIR to a folder that you may write; fetchctl add without --detach needs no queue.")
    }

    package func saying<Result>(_ work: () throws(IOFault) -> Result) throws(Failure) -> Result {
        do throws(IOFault) { return try work() } catch { throw failure(error) }
    }

    // MARK: one job

    /// What is in a job's file.
    /// - Returns: nil when there is none.
    package func facts(_ number: JobNumber) -> ReadRecord? {
        QueueFile.contents(folder.record(number)).map { ReadRecord($0, number: number) }
    }

    package enum LockAnswer: Sendable {
        case taken(JobLock)
        /// A process runs the job, or is about to change its facts.
        case held
        /// There is no such job in the queue.
        case gone
    }

    /// Takes a job's lock if it is free.
    /// - Throws: ``Failure`` with exit code 78 where the queue cannot be written.
    package func lock(_ number: JobNumber) throws(Failure) -> LockAnswer {
        guard Disk.status(folder.record(number)) != nil else { return .gone }
        let path = folder.lock(number)
        guard let lock = try saying({ () throws(IOFault) in try HeldLock.take(path) }) else { return .held }
        guard Disk.status(folder.record(number)) != nil else {
            // The job ended in between, and took its lock's file with it.
            lock.removeFile()
            return .gone
        }
        return .taken(JobLock(number, self, lock))
    }

    /// Whether a process runs the job.
    package func isHeld(_ number: JobNumber) -> Bool { HeldLock.isHeld(folder.lock(number)) }

    /// How far a running job is, as its holder wrote it last.
    package func progress(_ number: JobNumber) -> JobProgress? {
        QueueFile.contents(folder.progress(number)).flatMap { JobProgress($0) }
    }

    // MARK: wishes

    /// Writes a wish for a job. The process that runs the job reads it within 250 ms.
    /// - Returns: the wish with its token, by which the facts tell that it is part of them.
    /// - Throws: ``Failure`` with exit code 78 where the queue cannot be written.
    @discardableResult
    package func wish(_ wish: JobWish, for number: JobNumber) throws(Failure) -> WrittenWish {
        let path = folder.wish(wish.kind, number)
        let written = WrittenWish(wish)
        try saying { () throws(IOFault) in try QueueFile.replace(path, with: written.bytes, isSynced: false) }
        // A wish for a job that ended meanwhile would never be read.
        if Disk.status(folder.record(number)) == nil { Disk.remove(path) }
        return written
    }

    /// The wishes for a job, those included that are part of the facts already: state, rate, place.
    package func wishes(_ number: JobNumber) -> [WrittenWish] {
        JobWish.Kind.allCases.compactMap { wish($0, for: number) }
    }

    /// The wish of one kind; read by opening and reading, because a network file system may remember for seconds that there is none.
    package func wish(_ kind: JobWish.Kind, for number: JobNumber) -> WrittenWish? {
        QueueFile.contents(folder.wish(kind, number), limit: 8192).flatMap { WrittenWish(kind, $0) }
    }
}
