import Queue

/// Moments as people read them: by the clock on the wall.
enum ShownTime {
    /// `14:05` today, else `2026-12-01 02:30`.
    static func local(_ moment: Moment, now: Moment = .now, _ clock: LocalClock = .system) -> String {
        let civil = clock.civil(moment)
        let time = String(civil.time.prefix(5))
        return civil.date == clock.civil(now).date ? time : "\(civil.date) \(time)"
    }
}
