package import FetchTypes

/// `[[limit]]` of the configuration: which rate holds when. The first entry that applies decides.
package struct RateTimetable: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        /// nil: all day.
        package var window: DailyWindow?
        /// 0 for Monday to 6 for Sunday; of a window that passes midnight, the days on which it begins.
        package var days: Set<Int>
        /// Bytes per second; 0 for no limit.
        package var rate: ByteCount

        package init(window: DailyWindow?, days: Set<Int> = Set(0...6), rate: ByteCount) {
            self.window = window
            self.days = days
            self.rate = rate
        }

        func applies(_ civil: CivilTime) -> Bool {
            guard let window else { return days.contains(civil.weekday) }
            guard let before = window.firstDay(at: civil) else { return false }
            return days.contains((civil.weekday - before + 7) % 7)
        }
    }

    package var entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries }

    package static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// `mon`, or `mon-fri`, which may pass Sunday, as numbers; nil for anything else.
    package static func days(_ text: String) -> Set<Int>? {
        let ends = text.lowercased().split(separator: "-", omittingEmptySubsequences: false).map { name in
            dayNames.firstIndex { $0 == name }
        }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
        return Set((first...(last < first ? last + 7 : last)).map { $0 % 7 })
    }

    /// The rate of the first entry that applies: bytes per second, 0 for no limit.
    /// - Returns: nil when none applies: then what else is configured holds.
    package func rate(at moment: Moment, _ clock: LocalClock) -> ByteCount? {
        guard !entries.isEmpty else { return nil }
        let civil = clock.civil(moment)
        return entries.first { $0.applies(civil) }?.rate
    }
}
