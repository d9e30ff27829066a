internal import FetchTypes
internal import ModelReference

/// Ollama's registry, at its own host or at the endpoint that replaces it. What it serves needs no token.
struct OllamaSession: Sendable {
    let context: SourceContext
    let base: WebURL
    /// The Hub's registry of its GGUF repos rather than Ollama's own.
    var isHub = false

    var policy: RedirectPolicy { RedirectPolicy(start: base) }

    /// Whose registry it is, for messages.
    var service: String { isHub ? "Hugging Face" : "Ollama" }

    /// As `ollama pull` takes it.
    func short(_ reference: OllamaReference) -> String {
        if isHub { return "hf.co/\(reference.model):\(reference.tag)" }
        let model = reference.model.hasPrefix("library/") ? String(reference.model.dropFirst(8)) : reference.model
        return "\(model):\(reference.tag)"
    }

    func page(_ reference: OllamaReference) -> String {
        isHub ? "\(base.origin)/\(reference.model)" : "https://ollama.com/\(reference.model):\(reference.tag)"
    }

    func url(_ path: String) throws(Failure) -> WebURL {
        try EndpointURL.join(base, path, variable: isHub ? "HF_ENDPOINT" : "FETCHCTL_OLLAMA_ENDPOINT")
    }

    func ask(_ request: HTTPRequest) async throws -> RedirectWalk.Arrival {
        try await RedirectWalk(policy: policy, send: context.send).run(request) { $0.origin == base.origin }
    }

    /// ``Failure`` or ``TransientRefusal`` for an answer that is neither manifest nor layer.
    func refusal(_ response: HTTPResponse, about subject: String, _ reference: OllamaReference) -> any Error {
        let said = ServerAnswer.words(response)
        if ServerAnswer.isTransient(response) { return ServerAnswer.refusal(response, service: service, said: said, now: context.now()) }
        switch response.status {
        case 404, 410:
            return Failure(
                .notFound, "\(service) has no \(subject)\(isHub ? " for Ollama" : "").", why: said.map { "it said: \($0)" },
                hint: isHub
                    ? "see its quantisations with: fetchctl info hf:\(reference.model)"
                    : "see the tags on its page: https://ollama.com/\(reference.model)/tags",
                page: page(reference))
        case 401, 403:
            return Failure(
                .gated, "\(service) does not hand out \(subject) to everybody.",
                why: said.map { "it said: \($0)" } ?? "it is private, or there is none of that name.",
                hint: isHub
                    ? "check the name; a gated or private repo needs a token, and --layout hf-cache."
                    : "check the name; what is private only ollama itself can pull.", page: page(reference))
        default:
            return Failure(
                .server, "\(service) gave an answer about \(subject) that makes no sense here (HTTP \(response.status)).",
                why: said.map { "it said: \($0)" }, hint: "try again later.", page: page(reference))
        }
    }
}
