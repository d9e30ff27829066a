package import FetchTypes
package import ModelReference

/// Finds out what a reference is: its files, with what their source publishes about each. Moves no file byte and costs no download count.
///
/// - Throws: ``Failure`` when the answer is final, ``TransientRefusal`` when the source may answer later,
///   ``TransportFault`` when it was not reached.
package func resolve(_ reference: ParsedReference, endpoints: ServiceEndpoints, context: SourceContext) async throws -> Resolution {
    switch reference.reference {
    case .huggingFace(let hub): try await HubSource(endpoint: endpoints.huggingFace, context: context).resolve(hub)
    case .civitai(let civitai): try await CivitaiSource(civitai, endpoint: endpoints.civitai, context: context).resolve()
    case .direct(let url) where DirectSource.isMediaFirePage(url): throw unsupported("MediaFire")
    case .direct(let url): try await DirectSource(url, context: context).resolve()
    case .googleDrive: throw unsupported("Google Drive")
    case .gitHub: throw unsupported("GitHub")
    case .modelScope: throw unsupported("ModelScope")
    case .ollama: throw unsupported("Ollama")
    }
}

private func unsupported(_ source: String) -> Failure {
    Failure(
        .usage, "fetching from \(source) is not supported yet.", why: "this version knows CivitAI, Hugging Face and direct links.",
        hint: "give a direct link to the file.", code: .unavailable)
}
