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
        let found = try await CivitaiVersionFinder(reference, session: session, context: context).find()
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
            session: session, base: found.base, version: found.version.id, model: found.version.modelID, page: found.page)
        var resolution = Resolution(
            source: .civitai, title: title(found),
            files: try chosen.map { (named) throws(Failure) in try file(named, found: found, subject: subject, documents: documents) })
        if let ahead = await linkAhead, chosen.count == 1, ahead.isOf(chosen[0].file, found.version, at: found.base) {
            resolution.files[0].locator = ahead.locator(locator(chosen[0], found, subject))
        }
        if context.selection.describes {
            let description = CivitaiDescription(session: session, base: found.base, version: found.version, model: found.model)
            await description.describe(&resolution, chosen.map(\.file))
        }
        return resolution
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

    private func file(
        _ named: CivitaiFileChoice.Named, found: CivitaiVersionFinder.Found, subject: String, documents: CivitaiDocuments
    )
        throws(Failure) -> SourceFile
    {
        let version = found.version
        let address = version.modelID.map { "\($0)@\(version.id)" } ?? "\(version.id)"
        let mark = named.file.id.map { "+\($0)" }
        let page = found.page
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

    private func locator(_ named: CivitaiFileChoice.Named, _ found: CivitaiVersionFinder.Found, _ subject: String) -> CivitaiLocator {
        CivitaiLocator(
            session: session, base: found.base, version: found.version.id, file: named.file, subject: subject, page: found.page,
            earlyAccessEnds: found.version.earlyAccessEnds)
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

    private func title(_ found: CivitaiVersionFinder.Found) -> String {
        let model = found.model?.name ?? found.version.modelID.map { "model \($0)" } ?? "CivitAI"
        return "\(model) — \(found.version.name)" + (found.version.baseModel.map { " (\($0))" } ?? "")
    }

    private func empty(_ found: CivitaiVersionFinder.Found, _ subject: String) -> Failure {
        Failure(
            .notFound, "\(subject) has no files at CivitAI.", why: CivitaiVersionFinder.removal(found.model?.mode),
            hint: "look for another version.",
            page: found.version.modelID.map { CivitaiVersionFinder.page(of: $0, at: found.base) })
    }
}
