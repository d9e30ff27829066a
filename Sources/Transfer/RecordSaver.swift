import Partials
import Storage

/// Saves a partial's record every second while its bytes come, so that a crash costs what came in that second.
struct RecordSaver: Sendable {
    let partial: Partial

    private static let interval = Duration.seconds(1)

    /// Ends when its task is cancelled.
    func run() async {
        while (try? await Task.sleep(for: Self.interval)) != nil {
            // A disk that refuses the record refuses the data too, and that is where it is reported.
            try? await BlockingExecutor.run { try partial.save() }
        }
    }
}
