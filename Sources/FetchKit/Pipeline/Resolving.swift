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
        var context = SourceContext(
            send: services.send, environment: services.environment, readFile: services.readFile, selection: request.selection,
            warn: { kind, message in emit(.warning(tag, kind: kind, message: message)) })
        context.selection = request.selection
        let started = ContinuousClock.now
        var attempt = 0
        while true {
            let reason: Event.WaitReason
            var asked: Double?
            var failure: Failure
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
            let passed = (ContinuousClock.now - started) / .seconds(1)
            if let wait = asked, wait >= 1 {
                guard wait <= RetryPolicy.longestAskedWait, passed + wait < options.timeout else {
                    failure.why = "it asks to wait \(Int(wait)) s."
                    throw failure
                }
                emit(.waiting(tag, reason: reason, seconds: wait, note: nil))
                try await Task.sleep(for: .seconds(wait))
                continue
            }
            guard attempt < options.retry.limit, passed < options.timeout else { throw failure }
            attempt += 1
            let seconds = options.retry.delay(attempt: attempt)
            emit(.retrying(tag, reason: reason, seconds: seconds, attempt: attempt, of: options.retry.limit))
            try await Task.sleep(for: .seconds(seconds))
        }
    }
}
