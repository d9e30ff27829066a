import Curl
import FetchTypes
import Queue

/// The ceiling over all transfers of a process that follows the time of day: `[[limit]]` of the configuration.
struct TimetableCeiling: Sendable {
    let limiter: RateLimiter
    private let settings: Settings

    /// - Returns: nil where the configuration has no timetable.
    init?(_ settings: Settings) {
        guard !settings.timetable.entries.isEmpty else { return nil }
        self.settings = settings
        limiter = RateLimiter(bytesPerSecond: settings.ceiling(at: .now)?.bytes)
    }

    /// Keeps the limiter at what holds now, until the task is cancelled.
    func follow() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { limiter.set(settings.ceiling(at: .now)?.bytes) }
    }
}

extension Settings {
    /// `limit_rate` where no timetable replaces it; nil for no limit.
    var steadyRate: ByteCount? { timetable.entries.isEmpty && limitRate > .zero ? limitRate : nil }
}
