/// What a job is doing; the raw values are public interface.
package enum JobState: String, Sendable, CaseIterable {
    /// Waits for its turn.
    case queued
    /// Waits for its time: never written down, always derived from the clock.
    case scheduled
    case running, paused, done, failed, cancelled

    /// It does not run again unless it is retried.
    package var isEnded: Bool { [.done, .failed, .cancelled].contains(self) }
}
