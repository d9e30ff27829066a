import Queue

/// Moments as people read them: by the clock on the wall.
enum ShownTime {
    /// `14:05` today, else `2026-12-01 02:30`.
    static func local(_ moment: Moment, now: Moment = .now, _ clock: LocalClock = .system) -> String {
        local(moment, today: clock.civil(now).date, clock)
    }

    /// The same where today's date is known: a list of ten thousand jobs asks for it once.
    /// - Parameter today: as in ``CivilTime/date``.
    static func local(_ moment: Moment, today: String, _ clock: LocalClock) -> String {
        let civil = clock.civil(moment)
        let time = String(civil.time.prefix(5))
        return civil.date == today ? time : "\(civil.date) \(time)"
    }
}
