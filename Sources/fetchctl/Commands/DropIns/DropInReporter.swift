import DropIns
import FetchKit
import FetchTypes

/// Shows what happens as loudly as the replaced tool would, and leaves standard output alone unless that tool used it.
struct DropInReporter: Reporter {
    private let base: any Reporter
    private let quietness: DropInJob.Quietness
    private let printsPaths: Bool
    private let hubResult: HubResult?
    private let isColored: Bool

    static func make(_ job: DropInJob, _ settings: Settings, _ environment: [String: String]) -> DropInReporter {
        let line = ProgressLine(showsRate: settings.showDownloadSpeed, showsETA: settings.showETA)
        let terminal = Terminal(environment: environment)
        let base: any Reporter =
            if job.quietness != .talks || terminal.kind == .plain {
                LineReporter(line: line, verbose: false, quiet: job.quietness != .talks)
            } else { ScreenReporter(terminal: terminal, line: line, verbose: false) }
        return DropInReporter(
            base: base, quietness: job.quietness, printsPaths: job.printsPaths, hubResult: job.hubResult,
            isColored: Terminal(environment: environment, descriptor: 1).hasColor)
    }

    func handle(_ event: Event) { if quietness != .silent { base.handle(event) } }

    func settle(_ reference: String, _ result: Batch.Result) {
        if let hubResult, case .there(let paths) = result, let path = paths.first {
            let text = hubResult.text(path, absolute: { Path.absolute($0) }, isColored: isColored)
            return base.settle(reference, .there(paths: [text]))
        }
        if printsPaths { base.settle(reference, result) }
    }

    func fail(_ failure: Failure) { if quietness != .silent { base.fail(failure) } }

    func close() { base.close() }
}
