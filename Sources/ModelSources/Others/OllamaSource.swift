internal import FetchTypes
internal import ModelReference

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Resolves references to Ollama's registry: the layers that a manifest names by their SHA-256, weights first.
struct OllamaSource {
    private let session: OllamaSession

    init(endpoint: WebURL?, context: SourceContext, isHub: Bool = false) {
        session = OllamaSession(context: context, base: endpoint ?? WebURL("https://registry.ollama.ai")!, isHub: isHub)
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolve(_ reference: OllamaReference) async throws -> Resolution {
        let name = "\(reference.model):\(reference.tag)"
        let layers = try await manifest(reference, name).manifest.layers
        let choice = OllamaLayerChoice(layers, reference)
        let (named, files) = (choice.named, choice.files(session.context.selection.file))
        guard !files.isEmpty else {
            let list = named.map(\.name).joined(separator: ", ")
            throw Failure(
                .notFound,
                session.context.selection.file.map { "\(name) at Ollama has no layer \($0)." }
                    ?? "\(name) at Ollama has no weights in one file.",
                why: named.isEmpty ? "its layers are of kinds that only Ollama itself puts together." : "it has: \(list)",
                hint: named.isEmpty
                    ? "fetch it with: ollama pull \(session.short(reference))" : "pick with --file NAME, or take them with --file all.",
                page: session.page(reference))
        }
        return Resolution(
            source: .ollama, title: name, files: try files.map { (layer) throws(Failure) in try file(layer, reference, name) })
    }

    /// Every blob of a model with its manifest, for Ollama's own store.
    /// - Parameter host: the registry's name in the store.
    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolveAll(_ reference: OllamaReference, host: String) async throws -> Resolution {
        let name = "\(reference.model):\(reference.tag)"
        let (manifest, bytes) = try await manifest(reference, name)
        guard manifest.isWhole, let config = manifest.config else {
            throw Failure(
                .server, "the manifest of \(name) has parts that are not understood.",
                hint: "fetch it with: ollama pull \(session.short(reference))",
                page: session.page(reference))
        }
        var seen: Set<String> = []
        let blobs = (manifest.layers + [config]).filter { seen.insert($0.digest.hex).inserted }
        var resolution = Resolution(
            source: host == "hf.co" ? .huggingFace : .ollama, title: name,
            files: try blobs.map { (layer) throws(Failure) in
                let blob = "sha256-\(layer.digest.hex)"
                var found = try file(OllamaLayerChoice.NamedLayer(layer: layer, role: layer.role ?? .params, name: blob), reference, name)
                found.identity = "ollama:\(blob)"
                return found
            })
        resolution.manifest = RegistryManifest(host: host, model: reference.model, tag: reference.tag, bytes: bytes)
        return resolution
    }

    private func manifest(_ reference: OllamaReference, _ name: String) async throws -> (manifest: OllamaManifest, bytes: [UInt8]) {
        let url = try session.url("/v2/\(reference.model)/manifests/\(reference.tag)")
        let headers = [(name: "Accept", value: "application/vnd.docker.distribution.manifest.v2+json")]
        let response = try await session.ask(HTTPRequest(.get, url, headers: headers, maximumBody: 4 << 20, timeout: 60)).response
        guard response.status == 200 else { throw session.refusal(response, about: name, reference) }
        guard let manifest = try? JSONDecoder().decode(OllamaManifest.self, from: Data(response.body)) else {
            throw Failure(
                .server, "the manifest of \(name) from \(session.service) cannot be understood.", hint: "try again later.",
                page: session.page(reference))
        }
        return (manifest, response.body)
    }

    private func file(_ named: OllamaLayerChoice.NamedLayer, _ reference: OllamaReference, _ name: String) throws(Failure) -> SourceFile {
        var metadata = FileMetadata()
        metadata.pageURL = session.page(reference)
        metadata.model = reference.model
        metadata.version = reference.tag
        let registry = session.isHub ? "\(session.base.origin)" : "https://registry.ollama.ai"
        let blob = "/v2/\(reference.model)/blobs/sha256:\(named.layer.digest.hex)"
        return SourceFile(
            identity: "ollama:\(name)/\(named.name)", pinned: "\(registry)\(blob)", path: named.name,
            size: try named.layer.size.checked(session.service, of: named.name),
            digest: named.layer.digest, metadata: metadata,
            locator: OllamaLocator(session: session, path: blob, reference: reference))
    }
}

/// Asks the registry for the signed link to a layer's bytes.
struct OllamaLocator: ByteLocator {
    let session: OllamaSession
    let path: String
    let reference: OllamaReference
    var host: String { session.base.host }

    func locate() async throws -> ByteLink {
        let arrival = try await session.ask(
            HTTPRequest(.get, try session.url(path), range: HTTPRange(first: 0, last: 0), maximumBody: 1 << 16))
        guard let link = try arrival.link(session.policy, now: session.context.now()) else {
            throw session.refusal(arrival.response, about: "a layer of \(reference.model):\(reference.tag)", reference)
        }
        return link
    }
}

extension OllamaReference {
    /// A quantisation of a Hub repo, as the Hub's own registry names it.
    init(_ hub: HubReference) {
        if case .quantisation(let tag) = hub.part {
            self.init(model: hub.repo, tag: tag)
        } else {
            self.init(model: hub.repo, tag: "latest")
        }
    }
}
