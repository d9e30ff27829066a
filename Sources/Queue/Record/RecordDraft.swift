import FetchTypes

/// A record while it is read.
struct RecordDraft {
    typealias Malformed = RecordScanner.Malformed

    private var version: Int64?
    private var number: JobNumber?
    private var state: JobState?
    private var references: [String]?
    private var directory: String?
    private var created: Moment?
    private var line: JobLine?
    /// What has a value in every record.
    private var rest = JobRecord(
        number: JobNumber(clamping: 1), line: JobLine(arguments: [], folder: "/", umask: 0, environment: [:]), references: [],
        directory: "/",
        created: Moment(clamping: 0))
    private var order: OrderKey?

    mutating func take(_ name: String, _ scanner: inout RecordScanner) throws(Malformed) {
        if scanner.takeNull() { return }
        switch name {
        case "version":
            version = try scanner.integer()
            guard version == JobRecord.version else { throw Malformed() }
        case "job": number = try scanner.integer(as: JobNumber.self) { JobNumber($0) }
        case "state": state = try scanner.string(as: JobState.self) { JobState(rawValue: $0) }
        case "refs": references = try scanner.strings()
        case "dir": directory = try scanner.path()
        case "created": created = try scanner.moment()
        case "line": line = try JobLine(&scanner)
        case "order": order = try scanner.string(as: OrderKey.self) { OrderKey($0) }
        case "started": rest.started = try scanner.moment()
        case "ended": rest.ended = try scanner.moment()
        case "not_before": rest.notBefore = try scanner.moment()
        case "window": rest.window = try scanner.string(as: DailyWindow.self) { DailyWindow($0) }
        case "limit_rate": rest.limitRate = try scanner.byteCount()
        case "progress": rest.progress = try JobProgress(&scanner)
        case "paths": rest.paths = try scanner.strings()
        case "code": rest.code = try scanner.integer(as: Int32.self) { (0...255).contains($0) ? Int32($0) : nil }
        case "error": rest.fault = try JobFault(&scanner)
        case "on_complete": rest.hooks.onComplete = try scanner.strings()
        case "on_error": rest.hooks.onError = try scanner.strings()
        case "hook_done": rest.isHookDone = try scanner.bool()
        case "deletes": rest.deletes = try scanner.bool()
        case "foreground": rest.isForeground = try scanner.bool()
        case "pid": rest.pid = try scanner.integer(as: Int32.self) { $0 > 0 ? Int32(exactly: $0) : nil }
        case "wishes": rest.applied = try AppliedWishes(&scanner)
        default: try scanner.skip()
        }
    }

    func record() throws(Malformed) -> JobRecord {
        guard version != nil, let number, let state, state != .scheduled, let references, let directory, let created, let line,
            state.isEnded == (rest.ended != nil)
        else { throw Malformed() }
        var record = JobRecord(number: number, line: line, references: references, directory: directory, created: created, state: state)
        if let order { record.order = order }
        (record.started, record.ended, record.notBefore) = (rest.started, rest.ended, rest.notBefore)
        (record.window, record.limitRate, record.progress) = (rest.window, rest.limitRate, rest.progress)
        (record.paths, record.code, record.fault, record.hooks) = (rest.paths, rest.code, rest.fault, rest.hooks)
        (record.isHookDone, record.deletes, record.isForeground) = (rest.isHookDone, rest.deletes, rest.isForeground)
        (record.pid, record.applied) = (rest.pid, rest.applied)
        return record
    }
}
