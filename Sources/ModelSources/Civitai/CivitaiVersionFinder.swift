internal import FetchTypes
internal import ModelReference

/// Finds the version that a reference leads to: by its number, its model's or a hash.
struct CivitaiVersionFinder {
    private let reference: CivitaiReference
    private let session: CivitaiSession
    private let context: SourceContext

    /// A version, and where it is.
    struct Found {
        var version: CivitaiVersion
        var model: CivitaiModelSummary?
        var base: WebURL

        /// The version's page; nil where the model is not known.
        var page: String? {
            version.modelID.map { CivitaiVersionFinder.page(of: $0, at: base) + "?modelVersionId=\(version.id)" }
        }
    }

    init(_ reference: CivitaiReference, session: CivitaiSession, context: SourceContext) {
        self.reference = reference
        self.session = session
        self.context = context
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func find() async throws -> Found {
        switch reference.target {
        case .version(let number): return try await fetchVersion(number)
        case .modelVersion(let model, let version): return try await self.fetchVersion(version, of: model)
        case .model(let number): return try await fetchNewestVersion(of: number)
        case .hash(let hash):
            guard
                let found = try await session.lookUp(
                    CivitaiVersion.self, "/api/v1/model-versions/by-hash/\(hash.uppercased())", about: "this hash")
            else {
                throw Failure(
                    .notFound, "CivitAI knows no file with the SHA-256 \(hash).", hint: "check the hash; it must be that of the whole file."
                )
            }
            guard found.value.id > 0 else { throw CivitaiSession.unclear("this hash") }
            return Found(version: found.value, model: found.value.model, base: found.base)
        }
    }

    /// A version by its number; nil when there is none.
    private func lookUp(_ number: Int) async throws -> (value: CivitaiVersion, base: WebURL)? {
        guard
            var found = try await session.lookUp(CivitaiVersion.self, "/api/v1/model-versions/\(number)", about: "version \(number)")
        else { return nil }
        if found.value.id == 0 { found.value.id = number }
        return found
    }

    private func fetchVersion(_ number: Int) async throws -> Found {
        // Both kinds of number run over the same range, and people copy the one that the page's address shows. Asked at the same
        // time, since it would cost a further round trip.
        async let twin = reference.host == nil ? model(number, at: session.bases[0]) : nil
        guard let found = try await lookUp(number) else { throw try await noVersion(number, first: await twin) }
        let isElsewhere = found.base != session.bases[0]
        let model = isElsewhere && reference.host == nil ? await model(number, at: found.base) : await twin
        if case .failure(let error)? = model, error is CancellationError { throw error }
        if let model = try? model?.get(), found.value.modelID != number {
            let name = model.summary.name.map { " \"\($0)\"" } ?? ""
            context.warn(
                "ambiguous", "\(number) is taken as a version; it is also the number of the model\(name): civitai:models/\(number).")
        }
        return Found(version: found.value, model: found.value.model, base: found.base)
    }

    /// The model of that number at one host.
    private func model(_ number: Int, at base: WebURL) async -> Result<CivitaiModel?, any Error> {
        do {
            return .success(try await session.get(CivitaiModel.self, "/api/v1/models/\(number)", at: base, about: "model \(number)"))
        } catch {
            return .failure(error)
        }
    }

    /// - Parameter first: what the first host has said about a model of that number, if it was asked.
    private func noVersion(_ number: Int, first: Result<CivitaiModel?, any Error>?) async throws -> Failure {
        var model = try? first?.get()
        if model == nil {
            let isKnown = if case .success? = first { true } else { false }
            model = try await session.lookUp(
                CivitaiModel.self, "/api/v1/models/\(number)", about: "model \(number)", after: isKnown ? 1 : 0)?.value
        }
        guard let model else {
            return Failure(
                .notFound, "CivitAI has no version \(number).", why: "no model has that number either.",
                hint: "take the number after modelVersionId= in the page's address.")
        }
        let name = model.summary.name.map { "\"\($0)\"" } ?? "without a name"
        let newest = model.newest(now: context.now())
        return Failure(
            .notFound, "CivitAI has no version \(number); \(number) is the model \(name).",
            why: newest.map { "civitai:N names a version; this model's newest is \($0.id), \"\($0.name)\"." }
                ?? "this model has no published version.",
            hint: newest.map { "type civitai:\(number)@\($0.id) for that one, or civitai:models/\(number) for the newest at any time." },
            page: Self.page(of: number, at: session.bases[0]))
    }

    private func fetchVersion(_ number: Int, of model: Int) async throws -> Found {
        guard let found = try await lookUp(number) else {
            throw Failure(
                .notFound, "CivitAI has no version \(number) of model \(model).", why: "it was removed or never published.",
                hint: "type civitai:models/\(model) for the newest.", page: Self.page(of: model, at: session.bases[0]))
        }
        if let owner = found.value.modelID, owner != model {
            throw Failure(
                .notFound, "version \(number) belongs to model \(owner) at CivitAI, not to \(model).",
                hint: "type civitai:\(owner)@\(number) if that is the one, or civitai:models/\(model) for the newest of \(model).",
                page: Self.page(of: owner, at: found.base))
        }
        return Found(version: found.value, model: found.value.model, base: found.base)
    }

    private func fetchNewestVersion(of number: Int) async throws -> Found {
        guard let found = try await session.lookUp(CivitaiModel.self, "/api/v1/models/\(number)", about: "model \(number)") else {
            throw Failure(
                .notFound, "CivitAI has no model \(number).",
                hint: "take the number after /models/ in the page's address; civitai:\(number) is a version.")
        }
        let model = found.value
        guard var version = model.newest(now: context.now()) else {
            throw Failure(
                .notFound, "the model \"\(model.summary.name ?? "\(number)")\" has no published version.",
                why: Self.removal(model.summary.mode),
                hint: "look for another copy of it.", page: Self.page(of: number, at: found.base))
        }
        version.modelID = number
        let name = model.summary.name ?? "model \(number)"
        context.warn(
            "chosen", "the newest published version of \"\(name)\" is \(version.id), \"\(version.name)\" (civitai:\(number)@\(version.id))."
        )
        return Found(version: version, model: model.summary, base: found.base)
    }

    /// Why a model has nothing to fetch, by its mode; nil where that does not say.
    static func removal(_ mode: String?) -> String? {
        switch mode {
        case "Archived": "the model is archived."
        case "TakenDown": "the model was taken down."
        default: nil
        }
    }

    /// A model's page.
    static func page(of model: Int, at base: WebURL) -> String { "\(base.origin)/models/\(model)" }
}
