import FetchTypes
import Queue
import Testing

/// Zones made of the instants at which their offset changes.
enum Zone {
    /// Central Europe in 2026: put forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC.
    static let berlin = LocalClock { seconds in
        (utc(2026, 3, 29, 1)..<utc(2026, 10, 25, 1)).contains(seconds) ? 7200 : 3600
    }
    static let utc = LocalClock { _ in 0 }
    /// Half an hour of daylight saving time (Lord Howe Island).
    static let lordHowe = LocalClock { seconds in
        (utc(2026, 4, 4, 15)..<utc(2026, 10, 3, 15, 30)).contains(seconds) ? 37_800 : 39_600
    }

    static func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Int {
        CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)?.secondsSince1970 ?? 0
    }

    static func moment(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Moment {
        Moment(clamping: Double(utc(year, month, day, hour, minute, second)))
    }
}

@Suite("Schedules")
struct ScheduleTests {
    struct Start: Sendable {
        let text: String
        var clock = Zone.berlin
        var now = Zone.moment(2026, 6, 1, 10)
        let expected: Moment?
    }

    private static let starts: [Start] = [
        // It is 12:00 in Berlin.
        Start(text: "13:30", expected: Zone.moment(2026, 6, 1, 11, 30)),
        Start(text: "12:00", expected: Zone.moment(2026, 6, 1, 10)),
        Start(text: "11:59", expected: Zone.moment(2026, 6, 2, 9, 59)),
        Start(text: "00:00", expected: Zone.moment(2026, 6, 1, 22)),
        Start(text: "23:59", clock: Zone.utc, expected: Zone.moment(2026, 6, 1, 23, 59)),
        Start(text: "2026-12-01T02:30", expected: Zone.moment(2026, 12, 1, 1, 30)),
        Start(text: "2026-12-01T02:30:15", expected: Zone.moment(2026, 12, 1, 1, 30, 15)),
        Start(text: "2026-12-01T02:30Z", expected: Zone.moment(2026, 12, 1, 2, 30)),
        Start(text: "2026-12-01t02:30z", expected: Zone.moment(2026, 12, 1, 2, 30)),
        Start(text: "2026-12-01T02:30+05:30", expected: Zone.moment(2026, 11, 30, 21)),
        Start(text: "2026-12-01T02:30-08:00", expected: Zone.moment(2026, 12, 1, 10, 30)),
        Start(text: "+90", expected: Zone.moment(2026, 6, 1, 10, 1, 30)),
        Start(text: "+90s", expected: Zone.moment(2026, 6, 1, 10, 1, 30)),
        Start(text: "+15m", expected: Zone.moment(2026, 6, 1, 10, 15)),
        Start(text: "+2h", expected: Zone.moment(2026, 6, 1, 12)),
        Start(text: "+3d", expected: Zone.moment(2026, 6, 4, 10)),
        Start(text: "+0", expected: Zone.moment(2026, 6, 1, 10)),
        // The clock goes from 02:00 to 03:00.
        Start(text: "02:30", now: Zone.moment(2026, 3, 28, 23), expected: Zone.moment(2026, 3, 29, 1)),
        Start(text: "2026-03-29T02:59", now: Zone.moment(2026, 3, 1), expected: Zone.moment(2026, 3, 29, 1)),
        Start(text: "03:00", now: Zone.moment(2026, 3, 28, 23), expected: Zone.moment(2026, 3, 29, 1)),
        // A day ahead is the same time on the clock, 23 hours later.
        Start(text: "22:30", now: Zone.moment(2026, 3, 28, 21, 31), expected: Zone.moment(2026, 3, 29, 20, 30)),
        // The clock goes from 03:00 to 02:00: the first of both, and the second where the first has passed.
        Start(text: "02:30", now: Zone.moment(2026, 10, 24, 23), expected: Zone.moment(2026, 10, 25, 0, 30)),
        Start(text: "02:30", now: Zone.moment(2026, 10, 25, 0, 45), expected: Zone.moment(2026, 10, 25, 1, 30)),
        Start(text: "02:30", now: Zone.moment(2026, 10, 25, 1, 45), expected: Zone.moment(2026, 10, 26, 1, 30)),
        Start(text: "2026-10-25T02:30", now: Zone.moment(2026, 10, 1), expected: Zone.moment(2026, 10, 25, 0, 30)),
        Start(text: "2026-10-04T02:15", clock: Zone.lordHowe, now: Zone.moment(2026, 10, 1), expected: Zone.moment(2026, 10, 3, 15, 30)),
        Start(text: "2028-02-29T12:00Z", expected: Zone.moment(2028, 2, 29, 12)),
        // What is none.
        Start(text: "", expected: nil), Start(text: "24:00", expected: nil), Start(text: "2:30", expected: nil),
        Start(text: "02:60", expected: nil), Start(text: "+", expected: nil), Start(text: "+2w", expected: nil),
        Start(text: "+-1", expected: nil), Start(text: "-5m", expected: nil), Start(text: "+1.5h", expected: nil),
        Start(text: "tomorrow", expected: nil), Start(text: "2026-02-29T12:00", expected: nil),
        Start(text: "2026-13-01T12:00", expected: nil), Start(text: "2026-12-01", expected: nil),
        Start(text: "2026-12-01T25:00", expected: nil), Start(text: "2026-12-01T02:30+25:00", expected: nil),
        Start(text: "2026-12-01T02:30 ", expected: nil), Start(text: "+99999999999999999999d", expected: nil),
        // In the past, or too far ahead.
        Start(text: "2026-05-31T12:00", expected: nil), Start(text: "1999-01-01T00:00Z", expected: nil),
        Start(text: "+9999d", expected: nil), Start(text: "9999-01-01T00:00Z", expected: nil),
    ]

    @Test("A start is understood by the clock on the wall", arguments: starts)
    func start(_ row: Start) throws {
        let found = Result { () throws(Failure) in try StartTime.parse(row.text, now: row.now, clock: row.clock) }
        switch found {
        case .success(let moment): #expect(moment == row.expected, "\(row.text): \(moment.rfc3339)")
        case .failure(let failure):
            #expect(row.expected == nil, "\(row.text): \(failure)")
            #expect(failure.code == .usage && failure.hint != nil)
        }
    }

    @Test(
        "A daily window opens and closes by the clock on the wall, over midnight and where the clock is put forward or back",
        arguments: [
            ("22:00-06:00", Zone.moment(2026, 6, 1, 19, 59), false), ("22:00-06:00", Zone.moment(2026, 6, 1, 20), true),
            ("22:00-06:00", Zone.moment(2026, 6, 2, 3, 59), true), ("22:00-06:00", Zone.moment(2026, 6, 2, 4), false),
            ("09:00-17:00", Zone.moment(2026, 6, 1, 7), true), ("09:00-17:00", Zone.moment(2026, 6, 1, 15), false),
            // 02:30 to 03:30 begins at 03:00 on the day that has no 02:30.
            ("02:30-03:30", Zone.moment(2026, 3, 29, 0, 59), false), ("02:30-03:30", Zone.moment(2026, 3, 29, 1), true),
            ("02:30-03:30", Zone.moment(2026, 3, 29, 1, 30), false),
            // The hour that comes twice is open twice.
            ("02:00-02:30", Zone.moment(2026, 10, 25, 0, 15), true), ("02:00-02:30", Zone.moment(2026, 10, 25, 0, 45), false),
            ("02:00-02:30", Zone.moment(2026, 10, 25, 1, 15), true), ("02:00-02:30", Zone.moment(2026, 10, 25, 1, 45), false),
            ("00:00-23:59", Zone.moment(2026, 6, 1, 21, 59), false),
        ])
    func window(text: String, moment: Moment, isOpen: Bool) throws {
        let window = try #require(DailyWindow(text))
        #expect(window.contains(moment, Zone.berlin) == isOpen)
        let opening = window.opening(from: moment, Zone.berlin)
        #expect(window.contains(opening, Zone.berlin) && opening >= moment && opening - moment <= 86_400)
        if isOpen { #expect(opening == moment) }
    }

    @Test(
        "The next opening is the first",
        arguments: [
            ("22:00-06:00", Zone.moment(2026, 6, 1, 10), Zone.moment(2026, 6, 1, 20)),
            ("02:30-03:30", Zone.moment(2026, 3, 28, 12), Zone.moment(2026, 3, 29, 1)),
            ("02:10-02:40", Zone.moment(2026, 3, 29, 0), Zone.moment(2026, 3, 30, 0, 10)),
            ("02:10-02:40", Zone.moment(2026, 10, 25, 0, 50), Zone.moment(2026, 10, 25, 1, 10)),
        ])
    func opening(text: String, from: Moment, expected: Moment) throws {
        #expect(try #require(DailyWindow(text)).opening(from: from, Zone.berlin).rfc3339 == expected.rfc3339)
    }

    @Test(
        "What is no window is refused with 64",
        arguments: ["", "22:00", "22:00-", "22:00-22:00", "22-06", "22:00-24:00", "a-b", "22:00-06:00-07:00"])
    func noWindow(text: String) {
        #expect(throws: Failure.self) { try DailyWindow.option(text) }
        #expect(DailyWindow(text) == nil)
    }

    @Test("The timetable's first entry that applies decides; the days of a night are those on which it begins")
    func timetable() throws {
        let work = try #require(DailyWindow("09:00-17:00"))
        let night = try #require(DailyWindow("22:00-06:00"))
        let table = RateTimetable([
            .init(window: work, days: Set(0...4), rate: 1000), .init(window: night, days: [4], rate: 0),
            .init(window: nil, days: [6], rate: 5),
            .init(window: work, rate: 2000),
        ])
        let rows: [(Moment, ByteCount?)] = [
            // 5 June 2026 is a Friday.
            (Zone.moment(2026, 6, 5, 8), 1000), (Zone.moment(2026, 6, 5, 18), nil), (Zone.moment(2026, 6, 5, 20), 0),
            (Zone.moment(2026, 6, 6, 3, 59), 0), (Zone.moment(2026, 6, 6, 4), nil), (Zone.moment(2026, 6, 6, 8), 2000),
            (Zone.moment(2026, 6, 6, 20), nil), (Zone.moment(2026, 6, 7, 8), 5), (Zone.moment(2026, 6, 8, 3), nil),
        ]
        for (moment, rate) in rows { #expect(table.rate(at: moment, Zone.berlin) == rate, "\(moment.rfc3339)") }
        #expect(RateTimetable().rate(at: .now, .system) == nil)
    }

    @Test("Dates are those of the calendar, in both directions")
    func calendar() throws {
        var seconds = 0
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let civil = CivilTime(secondsSince1970: seconds)
            #expect(civil.secondsSince1970 == seconds)
            seconds = Int.random(in: 0..<253_402_300_800, using: &generator)
        }
        #expect(try #require(CivilTime(year: 2026, month: 11, day: 22, hour: 0, minute: 0)).weekday == 6)
        #expect(Moment(clamping: 0).rfc3339 == "1970-01-01T00:00:00.000Z")
        #expect(Moment(clamping: .infinity).rfc3339 == "9999-12-31T23:59:59.000Z")
        #expect(Moment(1_795_305_869.5)?.rfc3339 == "2026-11-22T00:04:29.500Z")
        #expect(Moment(.nan) == nil && Moment(-1) == nil && Moment(1e18) == nil)
    }
}
