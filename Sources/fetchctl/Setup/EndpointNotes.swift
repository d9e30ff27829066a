import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Transfer

/// Sentences that name the services which are asked somewhere else than usual.
struct EndpointNotes {
    private let endpoints: ServiceEndpoints
    private let isOffline: Bool

    init(_ endpoints: ServiceEndpoints, _ environment: [String: String]) {
        self.endpoints = endpoints
        isOffline = HubFolders.offline(environment) != nil
    }

    /// One for each service of the requests that has an endpoint of its own.
    func notes(of requests: [FetchRequest]) -> [String] {
        let sources = Set(requests.flatMap { [$0.reference] + $0.alternatives }.map { SourceName($0.reference) })
        var notes: [String] = []
        if sources.contains(.huggingFace), !isOffline, endpoints.huggingFace.host != "huggingface.co" {
            notes.append("Hugging Face is asked at \(endpoints.huggingFace.origin) (HF_ENDPOINT).")
        }
        let others: [(SourceName, WebURL?, String, String)] = [
            (.civitai, endpoints.civitai, "CivitAI", "FETCHCTL_CIVITAI_ENDPOINT"),
            (.gdrive, endpoints.googleDrive, "Google Drive", "FETCHCTL_GDRIVE_ENDPOINT"),
            (.github, endpoints.gitHub, "GitHub", "FETCHCTL_GITHUB_ENDPOINT"),
            (.modelscope, endpoints.modelScope, "ModelScope", "FETCHCTL_MODELSCOPE_ENDPOINT"),
            (.ollama, endpoints.ollama, "Ollama", "FETCHCTL_OLLAMA_ENDPOINT"),
        ]
        for (source, endpoint, name, variable) in others where sources.contains(source) {
            if let endpoint { notes.append("\(name) is asked at \(endpoint.origin) (\(variable)).") }
        }
        return notes
    }
}
