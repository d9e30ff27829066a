import FetchTypes
package import JSONText

extension JobRecord {
    /// The record's file: one line. What is as in a new job is left out.
    package var json: JSONTree {
        var fields: [(String, JSONTree)] = [
            ("version", .integer(Self.version)), ("job", .integer(number.value)), ("state", .string(state.rawValue)),
            ("refs", .array(references.map(JSONTree.string))), ("dir", .string(directory)), ("created", .of(created.seconds)),
            ("line", line.json),
        ]
        func add(_ name: String, _ value: JSONTree?) { if let value { fields.append((name, value)) } }
        add("order", order == OrderKey(number) ? nil : .string(order.description))
        add("started", started.map { .of($0.seconds) })
        add("ended", ended.map { .of($0.seconds) })
        add("not_before", notBefore.map { .of($0.seconds) })
        add("window", window.map { .string($0.description) })
        add("limit_rate", limitRate.map { .integer($0.bytes) })
        add("progress", progress == JobProgress() ? nil : progress.json)
        add("paths", paths.isEmpty ? nil : .array(paths.map(JSONTree.string)))
        add("code", code.map { .integer(Int64($0)) })
        add("error", fault?.json)
        add("on_complete", hooks.onComplete.isEmpty ? nil : .array(hooks.onComplete.map(JSONTree.string)))
        add("on_error", hooks.onError.isEmpty ? nil : .array(hooks.onError.map(JSONTree.string)))
        add("hook_done", isHookDone ? .bool(true) : nil)
        add("deletes", deletes ? .bool(true) : nil)
        add("foreground", isForeground ? .bool(true) : nil)
        add("pid", pid.map { .integer(Int64($0)) })
        let tokens = JobWish.Kind.allCases.compactMap { kind in applied.tokens[kind].map { (kind.rawValue, JSONTree.string($0)) } }
        add("wishes", tokens.isEmpty ? nil : .object(tokens))
        return .object(fields)
    }
}

extension JobLine {
    fileprivate var json: JSONTree {
        var fields: [(String, JSONTree)] = [
            ("arguments", .array(arguments.map(JSONTree.string))), ("folder", .string(folder)), ("umask", .integer(Int64(umask))),
            ("environment", .object(environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ]
        if let input { fields.append(("input", .string(input))) }
        if !secrets.isEmpty { fields.append(("secrets", .array(secrets.map(JSONTree.string)))) }
        if isIncomplete { fields.append(("incomplete", .bool(true))) }
        return .object(fields)
    }
}

extension JobProgress {
    /// What the progress file of a running job holds.
    package var json: JSONTree {
        .object([
            ("received", .integer(received.bytes)), ("size", .of(size?.bytes)), ("rate", .of(rate?.bytes)), ("eta", .of(eta?.value)),
            ("fetched", .integer(fetched.bytes)), ("seconds", .of(seconds)), ("renewals", .integer(Int64(renewals))),
            ("retries", .integer(Int64(retries))), ("files", .array(files.map(\.json))),
        ])
    }
}

extension JobFile {
    fileprivate var json: JSONTree {
        var fields: [(String, JSONTree)] = [
            ("path", .string(path)), ("size", .of(size?.bytes)), ("received", .integer(received.bytes)),
            ("state", .string(state.rawValue)), ("engine", .of(engine)),
        ]
        if connections > 0 { fields.append(("connections", .integer(Int64(connections)))) }
        if let partial { fields.append(("partial", .string(partial))) }
        return .object(fields)
    }
}

extension JobFault {
    var json: JSONTree {
        .object([("kind", .string(kind.rawValue)), ("message", .string(message)), ("why", .of(why)), ("hint", .of(hint))])
    }
}
