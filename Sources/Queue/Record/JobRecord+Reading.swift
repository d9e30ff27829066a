import FetchTypes

/// What the bytes of a record's file are.
package enum ReadRecord: Sendable, Equatable {
    case record(JobRecord)
    /// Of a version that this program does not know.
    case newer(version: Int64)
    case damaged

    /// - Parameter number: what its name says, which must be what it says itself; nil where it has no such name.
    package init(_ bytes: [UInt8], number: JobNumber?) {
        do throws(RecordScanner.Malformed) {
            var draft = RecordDraft()
            var scanner = RecordScanner(bytes)
            try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in try draft.take(name, &scanner) }
            try scanner.end()
            let record = try draft.record()
            self = number == nil || record.number == number ? .record(record) : .damaged
        } catch {
            // A newer form may have other values under known names.
            let version = Self.version(bytes) ?? 0
            self = version > JobRecord.version ? .newer(version: version) : .damaged
        }
    }

    private static func version(_ bytes: [UInt8]) -> Int64? {
        var version: Int64?
        var scanner = RecordScanner(bytes)
        do throws(RecordScanner.Malformed) {
            try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
                if name == "version" { version = try scanner.integer() } else { try scanner.skip() }
            }
            try scanner.end()
        } catch {
            return nil
        }
        return version
    }
}

/// A record while it is read.
private struct RecordDraft {
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
        case "dir": directory = try Self.path(&scanner)
        case "created": created = try Self.moment(&scanner)
        case "line": line = try JobLine(&scanner)
        case "order": order = try scanner.string(as: OrderKey.self) { OrderKey($0) }
        case "started": rest.started = try Self.moment(&scanner)
        case "ended": rest.ended = try Self.moment(&scanner)
        case "not_before": rest.notBefore = try Self.moment(&scanner)
        case "window": rest.window = try scanner.string(as: DailyWindow.self) { DailyWindow($0) }
        case "limit_rate": rest.limitRate = try Self.bytes(&scanner)
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

    static func moment(_ scanner: inout RecordScanner) throws(Malformed) -> Moment {
        try scanner.number(as: Moment.self) { Moment($0) }
    }

    static func bytes(_ scanner: inout RecordScanner) throws(Malformed) -> ByteCount {
        try scanner.integer(as: ByteCount.self) { ByteCount($0) }
    }

    /// A record that names a relative path was not written by us: it would mean another place in every process.
    static func path(_ scanner: inout RecordScanner) throws(Malformed) -> String {
        try scanner.string(as: String.self) { $0.utf8.first == UInt8(ascii: "/") && !$0.utf8.contains(0) ? $0 : nil }
    }
}

extension JobLine {
    fileprivate init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var (arguments, folder, umask): ([String]?, String?, UInt16?)
        var environment: [String: String] = [:]
        var input: String?
        var secrets: [String] = []
        var isIncomplete = false
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            switch name {
            case "arguments": arguments = try scanner.strings()
            case "folder": folder = try RecordDraft.path(&scanner)
            case "umask":
                umask = try scanner.integer(as: UInt16.self) { (0...0o777).contains($0) ? UInt16($0) : nil }
            case "environment":
                try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in environment[name] = try scanner.string() }
            case "input": input = try scanner.string()
            case "secrets": secrets = try scanner.strings()
            case "incomplete": isIncomplete = try scanner.bool()
            default: try scanner.skip()
            }
        }
        guard let arguments, let folder, let umask else { throw RecordScanner.Malformed() }
        self.init(
            arguments: arguments, folder: folder, umask: umask, environment: environment, input: input, secrets: secrets,
            isIncomplete: isIncomplete)
    }
}

extension JobProgress {
    /// - Returns: nil when the bytes are none.
    package init?(_ bytes: [UInt8]) {
        do throws(RecordScanner.Malformed) {
            var scanner = RecordScanner(bytes)
            self = try JobProgress(&scanner)
            try scanner.end()
        } catch {
            return nil
        }
    }

    fileprivate init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var progress = JobProgress()
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            if scanner.takeNull() { return }
            switch name {
            case "received": progress.received = try RecordDraft.bytes(&scanner)
            case "size": progress.size = try RecordDraft.bytes(&scanner)
            case "rate": progress.rate = try RecordDraft.bytes(&scanner)
            case "eta": progress.eta = try scanner.number(as: Seconds.self) { Seconds($0) }
            case "fetched": progress.fetched = try RecordDraft.bytes(&scanner)
            case "seconds":
                progress.seconds = try scanner.number(as: Double.self) { (0...1e12).contains($0) ? $0 : nil }
            case "renewals": progress.renewals = try Self.count(&scanner)
            case "retries": progress.retries = try Self.count(&scanner)
            case "files":
                try scanner.array { (scanner) throws(RecordScanner.Malformed) in progress.files.append(try JobFile(&scanner)) }
            default: try scanner.skip()
            }
        }
        self = progress
    }

    private static func count(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) -> Int {
        try scanner.integer(as: Int.self) { (0...1_000_000_000).contains($0) ? Int($0) : nil }
    }
}

extension JobFile {
    fileprivate init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var (path, state): (String?, State?)
        var (size, received): (ByteCount?, ByteCount) = (nil, .zero)
        var (engine, partial): (String?, String?)
        var connections = 0
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            if scanner.takeNull() { return }
            switch name {
            case "path": path = try RecordDraft.path(&scanner)
            case "size": size = try RecordDraft.bytes(&scanner)
            case "received": received = try RecordDraft.bytes(&scanner)
            case "state": state = try scanner.string(as: JobFile.State.self) { State(rawValue: $0) }
            case "engine": engine = try scanner.string()
            case "connections": connections = try scanner.integer(as: Int.self) { (0...1_000_000).contains($0) ? Int($0) : nil }
            case "partial": partial = try RecordDraft.path(&scanner)
            default: try scanner.skip()
            }
        }
        guard let path, let state else { throw RecordScanner.Malformed() }
        self.init(path: path, size: size, received: received, state: state, engine: engine)
        (self.connections, self.partial) = (connections, partial)
    }
}

extension JobFault {
    fileprivate init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var (kind, message): (FailureKind?, String?)
        var (why, hint): (String?, String?)
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            if scanner.takeNull() { return }
            switch name {
            case "kind": kind = try scanner.string(as: FailureKind.self) { FailureKind(rawValue: $0) }
            case "message": message = try scanner.string()
            case "why": why = try scanner.string()
            case "hint": hint = try scanner.string()
            default: try scanner.skip()
            }
        }
        guard let kind, let message else { throw RecordScanner.Malformed() }
        self.init(kind, message, why: why, hint: hint)
    }
}

extension AppliedWishes {
    fileprivate init(_ scanner: inout RecordScanner) throws(RecordScanner.Malformed) {
        var wishes = AppliedWishes()
        try scanner.object { (scanner, name) throws(RecordScanner.Malformed) in
            let token = try scanner.string()
            if let kind = JobWish.Kind(rawValue: name) { wishes.tokens[kind] = token }
        }
        self = wishes
    }
}
