package import Events
package import FetchKit
package import Transfer

/// What the work on a model list needs of the program that does it.
package protocol ListHost {
    /// What the configuration says of fetching.
    var fetchOptions: FetchOptions { get }

    /// Tells what happens.
    func report(_ event: Event)
    /// Tells that a model of the list is there without having been fetched.
    func settle(_ result: Batch.Result)
    /// Says which services are asked somewhere else than usual.
    func nameEndpoints(of requests: [FetchRequest])
    /// Fetches files as `fetchctl add` does.
    /// - Parameters:
    ///   - review: see ``Batch/PlanReview``.
    ///   - onEvent: told every event besides.
    /// - Throws: ``Failure`` when nothing can be fetched at all.
    func fetch(
        _ requests: [FetchRequest], options: FetchOptions, review: Batch.PlanReview?, onEvent: EventSink?
    ) async throws -> Batch.Outcome
}

extension ListHost {
    package func warn(_ kind: String, _ message: String) { report(.warning(nil, kind: kind, message: message)) }

    /// The options with which the files of a list are resolved and placed.
    func options(for list: LoadedList) -> FetchOptions {
        var options = fetchOptions
        options.defaultDirectory = list.places.base
        options.placesAlone = true
        return options
    }
}
