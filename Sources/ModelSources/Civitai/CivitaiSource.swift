internal import FetchTypes
internal import ModelReference

/// Resolves references to CivitAI: a version, found by its number, its model or a hash, and the files wanted of it.
struct CivitaiSource {
    private let reference: CivitaiReference
    private let session: CivitaiSession
    private let context: SourceContext

    /// - Parameter endpoint: what replaces CivitAI's own hosts; nil when nothing does.
    init(_ reference: CivitaiReference, endpoint: WebURL?, context: SourceContext) {
        self.reference = reference
        self.context = context
        session = CivitaiSession(host: reference.host, token: reference.token, endpoint: endpoint, context: context)
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolve() async throws -> Resolution {
        async let linkAhead = CivitaiLinkAhead.ask(reference, session)
        let found = try await find()
        if let elsewhere = session.bases.first, found.base != elsewhere {
            context.warn("chosen", "\(found.base.host) has it; \(elsewhere.host) does not show it.")
        }
        let subject = "version \(found.version.id)" + (found.model?.name.map { " of \"\($0)\"" } ?? "")
        guard !found.version.files.isEmpty else { throw empty(found, subject) }
        if let control = found.version.usageControl, control != "Download" {
            context.warn(
                "generation_only", "the creator of \(subject) lets it be used on the site only (\(control)); the download will be refused.")
        }
        warnOfEarlyAccess(found.version, subject)
        let choice = CivitaiFileChoice(found.version.files, subject: subject, version: found.version.id)
        let chosen = try choose(from: choice)
        for named in chosen { try CivitaiScans(context: context).check(named, choice) }
        let documents = CivitaiDocuments(
            session: session, base: found.base, version: found.version.id, model: found.version.modelID, page: page(found))
        var resolution = Resolution(
            source: .civitai, title: title(found),
            files: try chosen.map { (named) throws(Failure) in try file(named, found, subject, documents) })
        if let ahead = await linkAhead, chosen.count == 1, ahead.isOf(chosen[0].file, found.version, at: found.base) {
            resolution.files[0].locator = ahead.locator(locator(chosen[0], found, subject))
        }
        if context.selection.describes {
            let description = CivitaiDescription(session: session, base: found.base, version: found.version, model: found.model)
            await description.describe(&resolution, chosen.map(\.file))
        }
        return resolution
    }

    private struct Found {
        var version: CivitaiVersion
        var model: CivitaiModelSummary?
        var base: WebURL
    }

    private func find() async throws -> Found {
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
            page: page(of: number, at: session.bases[0]))
    }

    private func fetchVersion(_ number: Int, of model: Int) async throws -> Found {
        guard let found = try await lookUp(number) else {
            throw Failure(
                .notFound, "CivitAI has no version \(number) of model \(model).", why: "it was removed or never published.",
                hint: "type civitai:models/\(model) for the newest.", page: page(of: model, at: session.bases[0]))
        }
        if let owner = found.value.modelID, owner != model {
            throw Failure(
                .notFound, "version \(number) belongs to model \(owner) at CivitAI, not to \(model).",
                hint: "type civitai:\(owner)@\(number) if that is the one, or civitai:models/\(model) for the newest of \(model).",
                page: page(of: owner, at: found.base))
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
                .notFound, "the model \"\(model.summary.name ?? "\(number)")\" has no published version.", why: removal(model.summary.mode),
                hint: "look for another copy of it.", page: page(of: number, at: found.base))
        }
        version.modelID = number
        let name = model.summary.name ?? "model \(number)"
        context.warn(
            "chosen", "the newest published version of \"\(name)\" is \(version.id), \"\(version.name)\" (civitai:\(number)@\(version.id))."
        )
        return Found(version: version, model: model.summary, base: found.base)
    }

    private func choose(from choice: CivitaiFileChoice) throws(Failure) -> [CivitaiFileChoice.Named] {
        let selection = context.selection
        if case .hash(let hash) = reference.target, reference.fileID == nil, selection.file == nil,
            let match = choice.files.first(where: { $0.file.digest?.hex == hash.lowercased() })
        {
            return [match]
        }
        do throws(Failure) {
            return try choice.choose(fileID: reference.fileID, filters: reference.filters, selection: selection)
        } catch {
            // The descriptions in a link are those of its day: files are described again, and then the link finds none.
            guard !reference.filters.isEmpty, reference.fileID == nil, selection.choosesByDefault,
                let nearest = choice.nearest(reference.filters)
            else {
                throw error
            }
            let filters = reference.filters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            context.warn(
                "chosen",
                "no file of \(choice.subject) is \(filters) any more; the nearest is taken: \(nearest.name)"
                    + (nearest.file.id.map { " (--file \($0))" } ?? "") + ".")
            return [nearest]
        }
    }

    private func file(_ named: CivitaiFileChoice.Named, _ found: Found, _ subject: String, _ documents: CivitaiDocuments)
        throws(Failure) -> SourceFile
    {
        let version = found.version
        let address = version.modelID.map { "\($0)@\(version.id)" } ?? "\(version.id)"
        let mark = named.file.id.map { "+\($0)" }
        let page = page(found)
        var metadata = FileMetadata()
        metadata.pageURL = page
        metadata.model = found.model?.name
        metadata.version = version.name
        metadata.type = found.model?.type
        metadata.baseModel = version.baseModel
        metadata.trainedWords = version.trainedWords
        metadata.nsfw = found.model?.nsfw
        metadata.previewURLs = version.previewURLs
        metadata.fileType = named.file.type
        metadata.fileFormat = named.file.format
        var file = SourceFile(
            identity: "civitai:\(version.id)" + (mark ?? "/\(named.file.name)"), pinned: "civitai:\(address)" + (mark ?? ""),
            path: named.name, size: try named.file.exactSize.checked("CivitAI", of: named.name), digest: named.file.digest,
            metadata: metadata, locator: locator(named, found, subject))
        file.blake3 = named.file.hashes.first { $0.key.uppercased() == "BLAKE3" }?.value.lowercased()
        file.sidecars = CivitaiSidecars(documents: documents, file: named.file)
        return file
    }

    private func locator(_ named: CivitaiFileChoice.Named, _ found: Found, _ subject: String) -> CivitaiLocator {
        CivitaiLocator(
            session: session, base: found.base, version: found.version.id, file: named.file, subject: subject, page: page(found),
            earlyAccessEnds: found.version.earlyAccessEnds)
    }

    private func page(_ found: Found) -> String? {
        found.version.modelID.map { page(of: $0, at: found.base) + "?modelVersionId=\(found.version.id)" }
    }

    private func warnOfEarlyAccess(_ version: CivitaiVersion, _ subject: String) {
        if version.isAlwaysPaid {
            context.warn("early_access", "\(subject) is for those who have bought access; the download is refused to others.")
        } else if let end = version.earlyAccessEnds.flatMap(UTCTime.iso8601), end > context.now() {
            context.warn(
                "early_access",
                "\(subject) is in early access until \(UTCTime.shown(end)); the download is refused to those who have not bought it.")
        }
    }

    private func title(_ found: Found) -> String {
        let model = found.model?.name ?? found.version.modelID.map { "model \($0)" } ?? "CivitAI"
        return "\(model) — \(found.version.name)" + (found.version.baseModel.map { " (\($0))" } ?? "")
    }

    private func empty(_ found: Found, _ subject: String) -> Failure {
        Failure(
            .notFound, "\(subject) has no files at CivitAI.", why: removal(found.model?.mode), hint: "look for another version.",
            page: found.version.modelID.map { page(of: $0, at: found.base) })
    }

    private func removal(_ mode: String?) -> String? {
        switch mode {
        case "Archived": "the model is archived."
        case "TakenDown": "the model was taken down."
        default: nil
        }
    }

    private func page(of model: Int, at base: WebURL) -> String { "\(base.origin)/models/\(model)" }
}
