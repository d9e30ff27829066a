package import FetchTypes
package import JSONText

extension JobRecord {
    /// The job as `status --json` and `history --json` say it.
    /// - Parameter position: 1 for the first of those that wait or run; nil for others.
    package func status(position: Int?, at now: Moment, _ clock: LocalClock) -> JSONTree {
        .object([
            ("job", .integer(number.value)), ("state", .string(state(at: now, clock).rawValue)),
            ("refs", .array(references.map(JSONTree.string))), ("dir", .string(directory)), ("created", .string(created.rfc3339)),
            ("started", .of(started?.rfc3339)), ("ended", .of(ended?.rfc3339)), ("position", .of(position.map(Int64.init))),
            ("not_before", .of(notBefore?.rfc3339)), ("window", .of(window?.description)), ("limit_rate", .of(limitRate?.bytes)),
            ("size", .of(progress.size?.bytes)), ("received_bytes", .integer(progress.received.bytes)),
            ("bytes_per_second", .of(progress.rate?.bytes)), ("eta_seconds", .of(progress.eta?.value)),
            ("files", .array(progress.files.map(\.status))), ("paths", .array(paths.map(JSONTree.string))),
            ("code", .of(code.map(Int64.init))), ("error", fault?.json ?? .null), ("foreground", .bool(isForeground)),
            ("fetched_bytes", .integer(progress.fetched.bytes)), ("seconds", .of(progress.seconds)),
            ("average_bytes_per_second", .of(averageRate?.bytes)), ("renewals", .integer(Int64(progress.renewals))),
            ("retries", .integer(Int64(progress.retries))),
        ])
    }

    /// Bytes per second over the time in which the job ran; nil where nothing came.
    package var averageRate: ByteCount? {
        progress.seconds > 0 && progress.fetched > .zero
            ? ByteCount(clamping: Int64(Double(progress.fetched.bytes) / max(progress.seconds, 0.001))) : nil
    }
}

extension JobFile {
    fileprivate var status: JSONTree {
        .object([
            ("path", .string(path)), ("size", .of(size?.bytes)), ("received_bytes", .integer(received.bytes)),
            ("state", .string(state.rawValue)), ("engine", .of(engine)), ("connections", .integer(Int64(connections))),
        ])
    }
}
