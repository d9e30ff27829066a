import Queue

/// What a key of `fetchctl watch` asks for.
enum WatchWish: Equatable, Sendable {
    case set(JobWish, JobNumber)
    case move(JobNumber, JobPlace)
    case retry(JobNumber)
    /// A reference as it was typed.
    case add(String)
    case leave
}
