import Events
import FetchKit
import FetchTypes
import ListSync
import Transfer

extension FetchSession: ListHost {
    var fetchOptions: FetchOptions { settings.fetchOptions(context.environment) }

    func report(_ event: Event) { show(event) }
    func settle(_ result: Batch.Result) { reporter.settle(result) }

    func fetch(
        _ requests: [FetchRequest], options: FetchOptions, review: Batch.PlanReview?, onEvent: EventSink?
    ) async throws -> Batch.Outcome {
        try await fetch(requests, Terms(options: options, limitRate: settings.steadyRate), review: review, onEvent: onEvent)
    }
}
