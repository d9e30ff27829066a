/// The jobs of the queue at one moment, and what is wrong with it.
package struct QueueListing: Sendable {
    /// In the queue's order, with pending wishes applied. Ended jobs whose hook has not run yet are included.
    package var jobs: [JobRecord] = []
    package var problems: [QueueProblem] = []

    package init() {}

    package subscript(number: JobNumber) -> JobRecord? { jobs.first { $0.number == number } }

    /// 1 for the first of those that wait or run.
    package func position(of number: JobNumber) -> Int? {
        jobs.lazy.filter { !$0.isForeground && !$0.state.isEnded }.firstIndex { $0.number == number }.map { _ in
            jobs.prefix { $0.number != number }.count { !$0.isForeground && !$0.state.isEnded } + 1
        }
    }
}

/// A record that cannot be used.
package enum QueueProblem: Sendable, Equatable {
    /// It could not be read, and was moved there; nil where it could not be moved either.
    case damaged(JobNumber, movedTo: String?)
    /// A newer version of this program wrote it; it is left alone.
    case newer(JobNumber, version: Int64)
    /// Lines of the history that cannot be read.
    case history(lines: Int, path: String)
    /// Lines of the history that a newer version of this program wrote; they are left alone.
    case newerHistory(lines: Int, path: String)

    /// What is wrong, and how to end it.
    package var message: String {
        switch self {
        case .damaged(let number, let path?):
            "the record of job \(number) cannot be read; it was moved to \(path). Look at it, then remove it with: fetchctl cleanup"
        case .damaged(let number, nil): "the record of job \(number) cannot be read, and cannot be moved away: the queue cannot be written."
        case .newer(let number, let version):
            "job \(number) was written by a newer fetchctl (form \(version)); it is left alone. Update fetchctl to use it."
        case .history(let lines, let path): "\(lines) \(lines == 1 ? "line" : "lines") of \(path) cannot be read."
        case .newerHistory(let lines, let path):
            "\(lines) \(lines == 1 ? "line of \(path) was" : "lines of \(path) were") written by a newer fetchctl and left alone. "
                + "Update fetchctl to see \(lines == 1 ? "it" : "them")."
        }
    }
}
