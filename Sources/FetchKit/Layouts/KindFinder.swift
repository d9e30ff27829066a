import Curl
import Events
import FetchTypes
import Layouts
import ModelSources
import Storage
import Transfer

/// Finds out what the files of a request are for, where a UI's folders depend on it: by the source's word, by `--type`, by the
/// file's header, by its path. What is concluded rather than told is said.
struct KindFinder: Sendable {
    let client: CurlClient
    let options: FetchOptions
    let emit: EventSink
    let tag: FileTag
    /// A file that its source refuses to this machine may come from other nodes.
    let isInFleet: Bool

    /// Files of one request whose headers are looked at.
    private static let mostHeaders = 24

    /// - Returns: a kind for each file of the resolution; nil where nothing tells.
    /// - Throws: ``Failure``, `CancellationError`.
    func kinds(of resolution: Resolution, _ request: FetchRequest) async throws -> [ModelKind?] {
        guard request.layout == .a1111 || request.layout == .comfyui else { return [] }
        var kinds: [ModelKind?] = []
        var headers = 0
        for file in resolution.files {
            let isModel = ModelFileEnding.all.contains(Path.pathExtension(file.path))
            let told = told(file, resolution, request)
            if let told {
                kinds.append(told)
            } else if let kind = request.kind, isModel || resolution.folderName == nil {
                // Beside a repo's model lie texts and configurations.
                kinds.append(kind)
            } else if isModel {
                let readsHeader = resolution.source != .civitai && headers < Self.mostHeaders
                if readsHeader { headers += 1 }
                let found = try await concluded(file, readsHeader: readsHeader)
                if let found { say("\(Path.name(file.path)) is taken for \(Self.named(found.kind)): \(found.why).") }
                kinds.append(found?.kind)
            } else {
                kinds.append(nil)
            }
        }
        sayWhatHasNoFolder(kinds, resolution, request)
        return kinds
    }

    /// What the source says. It is asked for nothing more: CivitAI counts every link as a download.
    private func told(_ file: SourceFile, _ resolution: Resolution, _ request: FetchRequest) -> ModelKind? {
        guard resolution.source == .civitai, let kind = ModelKind(file.metadata, name: file.path) else { return nil }
        guard let asked = request.kind, asked != kind else { return kind }
        if kind == .other { return asked }
        say("\(Path.name(file.path)) is \(Self.named(kind)), says CivitAI: --type \(asked.rawValue) is not used.")
        return kind
    }

    private func concluded(_ file: SourceFile, readsHeader: Bool) async throws -> (kind: ModelKind, why: String)? {
        if readsHeader, ModelHeader.endings.contains(Path.pathExtension(file.path)), let found = try await header(of: file) {
            return (found.kind, "it has \(found.why)")
        }
        return Self.byPath(file.repoPath ?? file.path)
    }

    private func sayWhatHasNoFolder(_ kinds: [ModelKind?], _ resolution: Resolution, _ request: FetchRequest) {
        let layout = request.layout
        if let out = request.out, out.utf8.contains(UInt8(ascii: "/")) { return }
        let homeless = zip(resolution.files, kinds).filter { $1?.folder(layout) == nil }
        guard let (first, kind) = homeless.first else { return }
        let others = homeless.count > 1 ? " (and \(homeless.count - 1) more)" : ""
        let place = resolution.folderName.map { "\($0)/ below the root" } ?? "the root"
        if let kind {
            say(
                "\(Path.name(first.path))\(others) is \(Self.named(kind)), for which \(layout.rawValue) has no folder: it goes to \(place)."
            )
        } else {
            say("nothing says what \(Path.name(first.path))\(others) is for: it goes to \(place); --type says it.")
        }
    }

    private static func named(_ kind: ModelKind) -> String {
        ([.upscaler, .embedding, .audioEncoder].contains(kind) ? "an " : kind == .other ? "of " : "a ")
            + (kind == .other ? "another type" : kind.rawValue)
    }

    private func say(_ words: String) { emit(.warning(tag, kind: "placed", message: words)) }

    // MARK: header

    private func header(of file: SourceFile) async throws -> (kind: ModelKind, why: String)? {
        var timeout = RetryBackoff(options.retry)
        while true {
            let failure: Failure
            var asked: Seconds?
            do {
                let link = try await file.locator.locate()
                var request = link.request(range: HTTPRange(first: 0, last: ModelHeader.window - 1))
                request.maximumBody = Int(ModelHeader.window)
                request.timeout = 120
                let response = try await client.send(request)
                if response.isSuccess, !response.isHTML { return ModelHeader.kind(response.body, ending: Path.pathExtension(file.path)) }
                // What is wrong with the link shows, and is dealt with, when its bytes are fetched.
                guard response.status == 429 || response.status >= 500 else { return nil }
                failure = Failure(
                    .server, "\(link.url.host) did not serve the beginning of \(file.path).", why: "it answers \(response.status).",
                    hint: "run the same command again later, or say what it is with --type.")
                asked = response.retryAfter
            } catch let refusal as TransientRefusal {
                (failure, asked) = (refusal.failure, refusal.retryAfter)
            } catch let fault as TransportFault {
                failure = fault.failure
                if [.tls, .forbiddenAddress].contains(fault.kind) { throw failure }
            } catch let refusal as Failure where isInFleet && refusal.mayDifferElsewhere {
                // Its path decides.
                return nil
            }
            try await timeout.wait(.server, asked: asked, limit: options.timeout, orThrow: failure, about: tag, emit: emit)
        }
    }

    // MARK: path

    /// By the folders that a file lies in, then by the words of its name, the last first.
    static func byPath(_ path: String) -> (kind: ModelKind, why: String)? {
        let parts = path.split(separator: "/").map(String.init)
        for folder in parts.dropLast().reversed() {
            if let kind = ModelKind(folder), kind != .other { return (kind, "it lies in \(folder)/") }
        }
        guard let name = parts.last else { return nil }
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        let telling: [String: ModelKind] = [
            "lora": .lora, "loras": .lora, "lycoris": .lora, "vae": .vae, "controlnet": .controlnet, "hypernetwork": .hypernetwork,
            "upscaler": .upscaler, "esrgan": .upscaler, "realesrgan": .upscaler, "unet": .diffusionModel,
        ]
        for word in words.reversed() {
            if let kind = telling[word] { return (kind, "its name says \"\(word)\"") }
        }
        return Path.pathExtension(path) == "ckpt" ? (.checkpoint, "its name ends in .ckpt") : nil
    }
}
