package import FetchTypes
package import ModelReference

/// Finds out what a reference is: its files, with what their source publishes about each. Moves no file byte and costs no download count.
///
/// - Throws: ``Failure`` when the answer is final, ``TransientRefusal`` when the source may answer later,
///   ``TransportFault`` when it was not reached.
package func resolve(_ reference: ParsedReference, endpoints: ServiceEndpoints, context: SourceContext) async throws -> Resolution {
    switch reference.reference {
    case .huggingFace(let hub) where context.selection.wantsRegistry:
        try await OllamaSource(endpoint: endpoints.huggingFace, context: context, isHub: true).resolveAll(
            OllamaReference(hub), host: "hf.co")
    case .ollama(let ollama) where context.selection.wantsRegistry:
        try await OllamaSource(endpoint: endpoints.ollama, context: context).resolveAll(ollama, host: "registry.ollama.ai")
    case .huggingFace(let hub): try await HubSource(endpoint: endpoints.huggingFace, context: context).resolve(hub)
    case .civitai(let civitai): try await CivitaiSource(civitai, endpoint: endpoints.civitai, context: context).resolve()
    case .googleDrive(let drive): try await DriveSource(endpoint: endpoints.googleDrive, context: context).resolve(drive)
    case .gitHub(let gitHub): try await GitHubSource(endpoint: endpoints.gitHub, context: context).resolve(gitHub)
    case .modelScope(let modelScope): try await ModelScopeSource(endpoint: endpoints.modelScope, context: context).resolve(modelScope)
    case .ollama(let ollama): try await OllamaSource(endpoint: endpoints.ollama, context: context).resolve(ollama)
    case .direct(let url) where MediaFireSource.isPage(url): try await MediaFireSource(url, context: context).resolve()
    case .direct(let url): try await DirectSource(url, context: context).resolve()
    }
}
