import FetchTypes
import ModelReference
import ModelSources

/// Turns a request into its source's files, with patience for a source that does not answer at once.
struct Resolving: Sendable {
    let services: BatchServices
    let options: FetchOptions
    let emit: EventSink

    /// - Throws: ``Failure``, `CancellationError`.
    func run(_ request: FetchRequest, tag: FileTag) async throws -> Resolution {
        let context = context(request.selection, tag)
        var patience = Patience(options.retry)
        while true {
            let reason: Event.WaitReason
            var asked: Double?
            let failure: Failure
            do {
                return try await resolve(request.reference, endpoints: services.endpoints, context: context)
            } catch let refusal as TransientRefusal {
                (reason, asked, failure) = (
                    refusal.failure.kind == .rateLimited ? .rateLimited : .server, refusal.retryAfter, refusal.failure
                )
            } catch let fault as TransportFault {
                failure = fault.failure
                if fault.kind == .tls || fault.kind == .forbiddenAddress { throw failure }
                reason = fault.kind == .timeout ? .timeout : .reset
            }
            try await patience.wait(reason, asked: asked, limit: options.timeout, orThrow: failure, about: tag, emit: emit)
        }
    }

    /// The mirrors of a file, none of which is asked before its bytes are wanted.
    func mirrors(of request: FetchRequest, for planned: PlannedFile) -> [MirrorOffer] {
        // What was typed for the reference (headers above all) is not meant for others.
        let context = context(FileSelection(), planned.tag)
        return request.mirrors.map { mirror in
            MirrorOffer(
                name: mirror.shown,
                locator: MirrorLocator(
                    mirror, endpoints: services.endpoints, context: context, size: planned.file.size, digest: planned.digest))
        }
    }

    private func context(_ selection: FileSelection, _ tag: FileTag) -> SourceContext {
        SourceContext(
            send: services.send, environment: services.environment, readFile: services.readFile, selection: selection,
            warn: { kind, message in emit(.warning(tag, kind: kind, message: message)) })
    }
}
