import Events
import FetchTypes
import Partials

/// Asks the source once more, after the last byte, whether it still has the version that was fetched: aria2 knows no validators,
/// and where no checksum will tell, nothing else does.
struct VersionRecheck {
    let planned: PlannedFile
    let partial: Partial
    let links: LinkKeeper
    let engines: any EngineSelection
    let emit: EventSink

    /// A source that no longer answers that question (a pasted link whose time is over) is no reason to throw a whole file away.
    /// - Throws: ``TransferFault`` when it has another version now, or cannot be asked for a passing reason; `CancellationError`.
    func run() async throws {
        guard !partial.hashDecides else { return }
        var refusal = ""
        for _ in 1...2 {
            do {
                let link = try await links.link()
                let probe = try await engines.probe(link)
                if let known = partial.size, let size = probe.size, size != known {
                    throw TransferFault.wrongSize(expected: known, got: size)
                }
                try partial.compareVersion(probe.validators)
                return
            } catch TransferFault.refused(let status, _, let host) where (400..<500).contains(status) && status != 408 && status != 429 {
                refusal = "\(host) answered \(status)"
                await links.drop(because: refusal)
            } catch let failure as Failure {
                refusal = failure.message.hasSuffix(".") ? String(failure.message.dropLast()) : failure.message
                break
            }
        }
        emit(
            .warning(
                planned.tag, kind: "version",
                message: "whether \(planned.tag.ref) stayed the same while it was fetched could not be asked: \(refusal)."))
    }
}
