import Events
import FetchTypes
import JSONText
import ListSync

/// Prints what `fetchctl sync --check` finds: a line each, or an object each.
struct SyncCheckReport {
    let session: FetchSession

    /// - Returns: the exit code: 1 when something differs.
    /// - Throws: ``Failure``.
    func run(_ check: SyncCheck) async throws -> Int32 {
        let reporter = session.reporter
        let work = Task {
            try await check.differences { kind, message in reporter.handle(.warning(nil, kind: kind, message: message)) }
        }
        session.context.signals.handle(Signals.Actions(end: { work.cancel() }, suspend: { _ in }))
        let found: [SyncCheck.Difference]
        do { found = try await work.value } catch is CancellationError {
            throw Failure(.interrupted, "interrupted.", hint: "run the same command again.", code: session.context.signals.exitCode)
        }
        for difference in found { tell(difference) }
        var summary = Event.Summary(code: found.isEmpty ? 0 : 1)
        summary.changed = found.count
        reporter.handle(.summary(summary))
        return summary.code
    }

    private func tell(_ difference: SyncCheck.Difference) {
        guard session.output.json else {
            let kind = difference.kind + String(repeating: " ", count: max(0, 7 - difference.kind.count))
            return Terminal.write(
                OutputText(exact: "\(kind)  \(difference.shown)\n", printable: "\(kind)  \(difference.shown)\n"))
        }
        Terminal.write(
            JSONTree.object([
                ("event", .string("difference")), ("time", .string(Timestamp.now())),
                ("id", .of(difference.path.map { FileTag(ref: difference.reference, path: $0).id })),
                ("ref", .string(difference.reference)), ("path", .of(difference.path)), ("kind", .string(difference.kind)),
                ("name", .of(difference.name)),
            ]))
    }
}
