import FetchTypes
import Queue
import TOMLText

extension SettingsLoader {
    /// `[[limit]]`: a table each of `between`, `days` and `rate`.
    /// - Throws: ``Failure`` of kind `config`, naming the file, the key and the line.
    mutating func timetable(_ value: TOMLValue, _ file: String) throws(Failure) -> RateTimetable {
        guard let tables = value.array?.map(\.table), !tables.contains(where: { $0 == nil }) else {
            throw Failure(
                .config, "\(file), line \(value.place.line): limit must be tables.", why: "each is a part of the timetable.",
                hint: "write [[limit]] on a line of its own, and its keys below.")
        }
        var entries: [RateTimetable.Entry] = []
        for table in tables.compactMap(\.self) { entries.append(try entry(table, file)) }
        return RateTimetable(entries)
    }

    private mutating func entry(_ table: TOMLTable, _ file: String) throws(Failure) -> RateTimetable.Entry {
        ignore(table.entries.filter { !["between", "days", "rate"].contains($0.key) }, "the key limit.", file)
        guard let rate = table["rate"] else {
            throw Failure(
                .config, "\(file), line \(table.place.line): this [[limit]] has no rate.", why: "it says what holds in its time.",
                hint: "for example: rate = \"5M\"; 0 is no limit")
        }
        guard let bytes = rate.string.flatMap({ ByteSize.parse($0) }) ?? rate.integer.flatMap({ ByteCount($0) }) else {
            throw wrong("rate", value: rate, file: file, form: "bytes per second such as 0, 500K or 20M", example: "rate = \"5M\"")
        }
        var entry = RateTimetable.Entry(window: nil, rate: bytes)
        if let between = table["between"] {
            guard let window = between.string.flatMap({ DailyWindow($0) }) else {
                throw wrong("between", value: between, file: file, form: "two different times of day", example: "between = \"08:00-18:00\"")
            }
            entry.window = window
        }
        if let days = table["days"] {
            guard let names = days.array?.map({ $0.string.flatMap { RateTimetable.days($0) } }), !names.isEmpty, !names.contains(nil) else {
                throw wrong("days", value: days, file: file, form: "a list of days, mon to sun", example: "days = [\"mon-fri\", \"sun\"]")
            }
            entry.days = names.compactMap(\.self).reduce(into: []) { $0.formUnion($1) }
        }
        return entry
    }

    private func wrong(_ key: String, value: TOMLValue, file: String, form: String, example: String) -> Failure {
        Failure(
            .config, "\(file), line \(value.place.line): the value of limit.\(key) is wrong.", why: "it must be \(form).",
            hint: "for example: \(example)")
    }
}

extension Settings {
    /// The ceiling over all transfers at a moment, in bytes per second; nil for none.
    func ceiling(at moment: Moment, _ clock: LocalClock = .system) -> ByteCount? {
        let rate = timetable.rate(at: moment, clock) ?? limitRate
        return rate > .zero ? rate : nil
    }
}
