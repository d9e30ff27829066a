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
    package var parser: ReferenceParser { ReferenceParser(endpoints: endpoints, pathExists: { Disk.followedStatus($0) != nil }) }

    /// - Parameter quiet: kinds of warnings that are not emitted.
    /// - Throws: ``Failure``, `CancellationError`.
    package func resolve(_ request: FetchRequest, quiet: Set<String> = []) async throws -> Resolution {
        let resolver = ReferenceResolver(services: services, options: options) { [emit] event in
            if case .warning(_, let kind, _) = event, quiet.contains(kind) { return }
            emit(event)
        }
        return try await resolver.run(request, tag: FileTag(ref: request.reference.shown, path: ""))
    }
}
