import Events
package import FetchTypes
import JSONText
import Storage

/// The jobs that have ended: a file a month, a line a job, added at the end.
package struct JobHistory: Sendable {
    let folder: QueueFolder

    /// Bytes of a month that are read at most.
    private static let longest = 512 << 20

    /// Adds a job that has ended.
    func append(_ record: JobRecord, isSynced: Bool = true) throws(Failure) {
        let store = QueueStore(folder)
        try store.prepare()
        let lock = try store.saying { () throws(IOFault) in try HeldLock.take(folder.historyLock, waits: true) }
        defer { withExtendedLifetime(lock) {} }
        try store.saying { () throws(IOFault) in
            try QueueFile.append(record.json.line, to: "\(folder.history)/\(Self.name(record.ended ?? record.created))", isSynced: isSynced)
        }
    }

    /// The jobs that ended at or after a moment, the newest first; of a job that was retried, its last end.
    /// - Parameter since: nil for all.
    /// - Returns: and what cannot be read.
    package func jobs(since: Moment? = nil) -> (jobs: [JobRecord], problems: [QueueProblem]) {
        var found: [JobRecord] = []
        var numbers: Set<JobNumber> = []
        var problems: [QueueProblem] = []
        for path in months(since: since) {
            var (unread, newer) = (0, 0)
            forEachLine(of: path) { read in
                switch read {
                case .record(let record):
                    // Ends are written in their order but for moments.
                    let ended = record.ended ?? record.created
                    if let since, ended < since { return since - ended < 60 }
                    if numbers.insert(record.number).inserted { found.append(record) }
                case .newer: newer += 1
                case .damaged: unread += 1
                }
                return true
            }
            if unread > 0 { problems.append(.history(lines: unread, path: path)) }
            if newer > 0 { problems.append(.newerHistory(lines: newer, path: path)) }
        }
        return (found.sorted { ($0.ended ?? $0.created) > ($1.ended ?? $1.created) }, problems)
    }

    /// The last ends of these jobs.
    package func jobs(_ numbers: Set<JobNumber>) -> [JobNumber: JobRecord] {
        var found: [JobNumber: JobRecord] = [:]
        for path in months(since: nil) where found.count < numbers.count {
            forEachLine(of: path) { read in
                if case .record(let record) = read, numbers.contains(record.number), found[record.number] == nil {
                    found[record.number] = record
                }
                return found.count < numbers.count
            }
        }
        return found
    }

    /// Whether this very end is written down.
    func holds(_ record: JobRecord) -> Bool { jobs([record.number])[record.number]?.ended == record.ended }

    /// The highest number in it; 0 for an empty one.
    var highestNumber: Int64 {
        var highest: Int64 = 0
        for path in months(since: nil) {
            forEachLine(of: path) { read in
                if case .record(let record) = read { highest = max(highest, record.number.value) }
                return true
            }
        }
        return highest
    }

    /// Bytes of a month's end that are read for ``lastNumber``: some dozens of jobs.
    private static let lastPart = 64 << 10

    /// The highest number among the jobs that ended last, in this month's file and the one before; 0 for none.
    var lastNumber: Int64 {
        months(since: nil).prefix(2).flatMap { QueueFile.tail($0, bytes: Self.lastPart) }.reduce(0) { highest, line in
            guard case .record(let record) = ReadRecord(Array(line.utf8), number: nil) else { return highest }
            return max(highest, record.number.value)
        }
    }

    /// Removes the jobs that ended before a moment, with their logs. What a newer version wrote stays.
    /// - Returns: how many were removed.
    /// - Throws: ``Failure`` with exit code 78 where it cannot be written.
    package func clear(before moment: Moment) throws(Failure) -> Int {
        let store = QueueStore(folder)
        try store.prepare()
        let lock = try store.saying { () throws(IOFault) in try HeldLock.take(folder.historyLock, waits: true) }
        defer { withExtendedLifetime(lock) {} }
        var removed: Set<JobNumber> = []
        var kept: Set<JobNumber> = []
        for path in months(since: nil) {
            var lines: [ArraySlice<UInt8>] = []
            var isChanged = false
            let bytes = QueueFile.contents(path, limit: Self.longest) ?? []
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                switch ReadRecord(Array(line), number: nil) {
                case .record(let record) where record.ended ?? record.created < moment:
                    removed.insert(record.number)
                    isChanged = true
                case .record(let record):
                    kept.insert(record.number)
                    lines.append(line)
                case .newer: lines.append(line)
                case .damaged: isChanged = true
                }
            }
            guard isChanged else { continue }
            let rest = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
            if rest.isEmpty {
                Disk.remove(path)
            } else {
                try store.saying { () throws(IOFault) in try QueueFile.replace(path, with: rest, isSynced: true) }
            }
        }
        removed.subtract(kept)
        for number in removed where Disk.status(folder.record(number)) == nil { Disk.remove(folder.log(number)) }
        return removed.count
    }

    // MARK: files

    private static func name(_ moment: Moment) -> String { moment.rfc3339.prefix(7) + ".jsonl" }

    /// The files of the months, the newest first.
    private func months(since: Moment?) -> [String] {
        let first = since.map(Self.name)
        return Disk.names(in: folder.history).filter { name in
            guard name.utf8.count == 13, name.hasSuffix(".jsonl") else { return false }
            return first.map { name >= $0 } ?? true
        }.reversed().map { "\(folder.history)/\($0)" }
    }

    /// Calls `body` with the lines of a file, the last first, until it returns false.
    private func forEachLine(of path: String, _ body: (ReadRecord) -> Bool) {
        guard let bytes = QueueFile.contents(path, limit: Self.longest) else { return }
        var end = bytes.count
        while end > 0 {
            let start = bytes[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            if start < end, !body(ReadRecord(Array(bytes[start..<end]), number: nil)) { return }
            end = start - 1
        }
    }
}
