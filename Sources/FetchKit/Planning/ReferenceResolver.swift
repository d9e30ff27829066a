import Curl
package import Events
import FetchTypes
import Layouts
import ModelReference
package import ModelSources
import Partials
import Storage
package import Transfer

/// Turns a request into its source's files, with backoff for a source that does not answer at once.
package struct ReferenceResolver: Sendable {
    private let services: BatchServices
    private let options: FetchOptions
    private let emit: EventSink
    /// What may be asked for before it is known to be needed.
    var prefetching = LinkPrefetching.none
    /// What the batch's references share.
    var repos: HubRepoMemory?
    /// What the batch's references were answered; nil: each asks for itself.
    var answers: AnswerMemory?

    package init(services: BatchServices, options: FetchOptions, emit: @escaping EventSink) {
        self.services = services
        self.options = options
        self.emit = emit
    }

    /// - Throws: ``Failure``, `CancellationError`.
    package func run(_ request: FetchRequest, tag: FileTag) async throws -> Resolution {
        let fallback = HubFallback(request, options)
        func kept(_ why: String) throws(Failure) -> Resolution? {
            try fallback?.resolution(because: why) { emit(.warning(tag, kind: "offline", message: $0)) }
        }
        if let offline = offline(request, tag) {
            guard fallback != nil else { return try offline.resolution() }
            if let resolution = try kept("\(offline.variable) is set.") { return resolution }
            throw offline.absence
        }
        var selection = request.selection
        selection.wantsRegistry = request.layout == .ollama
        var context = context(selection, tag: tag, reference: request.reference, request: request)
        context.prefetching = prefetching
        context.repos = repos
        if prefetching == .counted { context.furtherConnections = furtherConnections }
        context.isRecorded = { prefix in FinishedRecord.isThere(below: folder(of: request), identityPrefix: prefix) }
        context.claimAhead = { prefix in try await TargetClaim.take("\(folder(of: request))\n\(prefix)") }
        context.needsHubTree = request.layout.isHubCache || request.layout == .hfLocal
        context.noteAbsence = { path, snapshot in noteAbsence(of: path, snapshot, request) }
        return try await askWithRetries(about: tag) { [context] in
            do {
                return try await resolve(request.reference, endpoints: services.endpoints, context: context)
            } catch {
                // At once: what is there is not worth waiting for what may be newer.
                guard let fallback, fallback.stands(inFor: error), let resolution = try kept(Self.words(error)) else { throw error }
                return resolution
            }
        }
    }

    /// As many as the builtin engine would make at once for a large file; none where the speed is limited, so that few are used.
    private func furtherConnections(_ origin: Origin) -> Int {
        guard options.engine != .aria2, !services.client.isLimited else { return 0 }
        return max(0, min(options.connections, services.runtime.budget.connections(to: origin)) - 1)
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let refusal as TransientRefusal: refusal.failure.message
        case let fault as TransportFault: fault.failure.message
        case let failure as Failure: failure.message
        default: "\(error)"
        }
    }

    /// Asks until there is an answer, or none is to be expected.
    /// - Throws: ``Failure``, `CancellationError`.
    package func askWithRetries<Answer>(about tag: FileTag, _ ask: () async throws -> Answer) async throws -> Answer {
        var backoff = RetryBackoff(options.asking ?? options.retry)
        while true {
            let reason: Event.WaitReason
            var asked: Seconds?
            var isRefusal = false
            let failure: Failure
            do {
                return try await ask()
            } catch let refusal as TransientRefusal {
                (reason, asked, failure) = (
                    refusal.failure.kind == .rateLimited ? .rateLimited : .server, refusal.retryAfter, refusal.failure
                )
                isRefusal = refusal.isPlain
            } catch let fault as TransportFault {
                failure = fault.failure
                if fault.kind == .tls || fault.kind == .forbiddenAddress { throw failure }
                if !options.waitsForHosts, fault.kind == .nameResolution || fault.kind == .connect { throw failure }
                reason = fault.kind.waitReason
            }
            try await backoff.wait(
                reason, asked: asked, isRefusal: isRefusal, limit: options.timeout, orThrow: failure, about: tag, emit: emit)
        }
    }

    /// Where a single file of the request goes, as far as it is known before its name is.
    private func folder(of request: FetchRequest) -> String {
        let directory = Path.absolute(request.directory.map { Path.join(Path.currentDirectory, $0) } ?? options.defaultDirectory)
        return request.out.map { Path.parent(Path.absolute(Path.join(directory, $0))) } ?? directory
    }

    /// Nil when the source may be asked.
    func offline(_ request: FetchRequest, _ tag: FileTag) -> OfflineHub? {
        guard case .huggingFace(let reference) = request.reference.reference, let variable = HubFolders.offline(services.environment) else {
            return nil
        }
        return OfflineHub(
            variable: variable, reference: OfflineHub.reading(of: reference, request, options), request: request, options: options,
            warn: { kind, message in emit(.warning(tag, kind: kind, message: message)) })
    }

    /// `huggingface_hub` keeps it in mind that a commit has no such file, and the commit; a cache that may only be read is as good.
    private func noteAbsence(of path: String, _ snapshot: HubSnapshot, _ request: FetchRequest) {
        guard request.layout.applied(to: .huggingFace).isHubCache, !options.dryRun,
            let root = request.directory.map({ Path.absolute(Path.join(Path.currentDirectory, $0)) }) ?? options.cache(for: request.layout)
        else { return }
        let folder = HubCacheFolder(root: root, type: snapshot.type, repo: snapshot.repo)
        try? folder.note(absenceOf: path, at: snapshot.commit)
        try? folder.pointEarly(snapshot.revision, to: snapshot.commit)
    }

    /// The mirrors of a file, none of which is asked before its bytes are wanted.
    func mirrors(of request: FetchRequest, for planned: PlannedFile) -> [MirrorOffer] {
        // What was typed for the reference (headers above all) is not meant for others.
        request.mirrors.map { mirror in
            let context = context(FileSelection(), tag: planned.tag, reference: mirror, request: request)
            return MirrorOffer(
                name: mirror.shown,
                locator: MirrorLocator(
                    mirror, endpoints: services.endpoints, context: context, size: planned.file.size, digest: planned.digest))
        }
    }

    /// Sends a request when the service's quota and the connections to it allow that.
    private func ask(_ request: HTTPRequest, _ tag: FileTag) async throws -> HTTPResponse {
        try await services.pace.send(
            request,
            waiting: { emit(.waiting(tag, reason: .rateLimited, seconds: $0, note: "the server takes few more requests")) },
            slot: { attempt in
                try await services.runtime.budget.request(
                    at: request.url.origin, overStreams: services.client.usesStreams, attempt)
            }, by: services.send)
    }

    private static func remembering(_ memory: AnswerMemory?, _ send: @escaping HTTPSend) -> HTTPSend? {
        guard let memory else { return nil }
        return { request in try await memory.answer(request, by: send) }
    }

    private func context(_ selection: FileSelection, tag: FileTag, reference: ParsedReference, request: FetchRequest)
        -> SourceContext
    {
        let send: HTTPSend = { try await ask($0, tag) }
        // What a command remembers is asked for once however it is asked for; of a batch, what a source says is a description.
        var context = SourceContext(
            send: Self.remembering(services.memory, send) ?? send, environment: services.environment, readFile: services.readFile,
            selection: selection, warn: { kind, message in emit(.warning(tag, kind: kind, message: message)) })
        context.describe = Self.remembering(services.memory ?? answers, send)
        context.readNetrc = { [netrc = services.netrc] path in
            netrc.text(path) { emit(.warning(tag, kind: "netrc", message: $0)) }
        }
        if !request.isTyped {
            context.usesNetrc = false
            // Where the user has put a service is the user's own word.
            if case .direct(let url) = reference.reference { context.allowsPrivateStart = services.endpoints.includes(url) }
        }
        return context
    }
}
