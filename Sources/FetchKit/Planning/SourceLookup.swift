package import Events
package import FetchTypes
package import ModelReference
package import ModelSources
import Storage
package import Transfer

/// Asks services what references are, without fetching files.
package struct SourceLookup: Sendable {
    package let services: BatchServices
    package let options: FetchOptions
    /// For a service's own requests, outside of a reference.
    package let sourceContext: SourceContext
    private let emit: EventSink

    package init(services: BatchServices, options: FetchOptions, sourceContext: SourceContext, emit: @escaping EventSink) {
        self.services = services
        self.options = options
        self.sourceContext = sourceContext
        self.emit = emit
    }

    package var endpoints: ServiceEndpoints { services.endpoints }
    package var parser: ReferenceParser { .typed(endpoints) }

    /// - Parameter quiet: kinds of warnings that are not emitted.
    /// - Throws: ``Failure``, `CancellationError`.
    package func resolve(_ request: FetchRequest, quiet: Set<String> = []) async throws -> Resolution {
        try await resolver(quiet).run(request, tag: FileTag(ref: request.reference.shown, path: ""))
    }

    /// Asks until there is an answer, or none is to be expected: a service's quota is waited for.
    /// - Throws: ``Failure``, `CancellationError`.
    package func askWithRetries<Answer>(about reference: String, _ ask: () async throws -> Answer) async throws -> Answer {
        try await resolver([]).askWithRetries(about: FileTag(ref: reference, path: ""), ask)
    }

    private func resolver(_ quiet: Set<String>) -> ReferenceResolver {
        ReferenceResolver(services: services, options: options) { [emit] event in
            if case .warning(_, let kind, _) = event, quiet.contains(kind) { return }
            emit(event)
        }
    }
}
