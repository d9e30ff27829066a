import DropIns
import Events
import FetchKit
import FetchTypes
import Storage

/// Shows what happens as loudly as the replaced tool would, and leaves standard output alone unless that tool used it.
struct DropInReporter: Reporter {
    private let base: any Reporter
    private let quietness: DropInJob.Quietness
    private let printsPaths: Bool
    private let hubResult: HubResult?
    private let isColored: Bool
    private let listing: DropInListingBoard?

    /// - Parameter log: where lines go besides standard error.
    static func make(_ job: DropInJob, _ settings: Settings, _ context: Context, log: Int32?) -> any Reporter {
        let reporter = shown(job, settings, context)
        return log.map { LoggingReporter(base: reporter, descriptor: $0) } ?? reporter
    }

    private static func shown(_ job: DropInJob, _ settings: Settings, _ context: Context) -> DropInReporter {
        let line = ProgressLine(showsRate: settings.showDownloadSpeed, showsETA: settings.showETA)
        var base = context.reporter(line: line, verbose: false, quiet: job.quietness != .talks)
        if let style = job.percentStyle, Terminal(environment: context.environment).kind == .plain {
            base = PercentReporter(base, style: style)
        }
        return DropInReporter(
            base: base, quietness: job.quietness,
            printsPaths: job.printsPaths, hubResult: job.hubResult,
            isColored: Terminal(environment: context.environment, descriptor: 1).hasColor,
            listing: job.hubDryRun.map { DropInListingBoard($0, context.environment) })
    }

    func handle(_ event: Event) {
        if let listing { return listing.note(event) { if quietness != .silent { base.handle($0) } } }
        if quietness != .silent { base.handle(event) }
    }

    func settle(_ result: Batch.Result) {
        if let listing { return listing.settle(result) }
        if let hubResult, case .there(let paths) = result, let path = paths.first {
            let text = hubResult.text(path, absolute: { Path.absolute($0) }) + "\n"
            return put(OutputText(exact: text, printable: colored(PrintableText(lines: text))))
        }
        if printsPaths { base.settle(result) }
    }

    func put(_ text: OutputText) { base.put(text) }

    private func colored(_ text: PrintableText) -> PrintableText {
        guard isColored, let rest = text.without(prefix: "✓ Downloaded") else { return text }
        return "\u{1B}[32m✓ Downloaded\u{1B}[0m" + rest
    }

    func fail(_ failure: Failure) { if quietness != .silent { base.fail(failure) } }

    func redraw(afterPause: Bool) { base.redraw(afterPause: afterPause) }

    func close() { base.close() }
}
