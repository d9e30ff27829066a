internal import FetchTypes
internal import ModelReference

/// Resolves references to Hugging Face: repos, folders and files, at one commit.
struct HubSource {
    let session: HubSession
    private var listing: HubListing { HubListing(session: session) }

    init(endpoint: WebURL, context: SourceContext) {
        session = HubSession(endpoint: endpoint, context: context)
    }

    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func resolve(_ reference: HubReference) async throws -> Resolution {
        do {
            return try await read(reference)
        } catch let failure as Failure where failure.deniesExistence && reference.isAmbiguous {
            // The slash may belong to the revision. Asked only now: most references are what they seem.
            let subject = HubSubject(type: reference.type, repo: reference.repo, revision: reference.revision ?? "main")
            let names = try? await session.refs(subject).names
            if let reading = names.flatMap({ reference.reading(among: $0) }) { return try await read(reading) }
            var complaint = explained(failure, subject, names ?? [])
            if Self.isAboutRevision(failure) {
                let slashed = reference.slashedRevision
                complaint.hint =
                    "if the revision has a slash, write hf:\(subject.name)@\(slashed.percentEncoded()), or add --revision \(slashed)."
            }
            throw complaint
        }
    }

    private func read(_ reference: HubReference) async throws -> Resolution {
        if let variable = HubFolders.offline(session.context.environment) { throw HubErrors.offline(variable) }
        if let identity = HubIdentity(endpoint: session.endpoint, context: session.context) {
            session.credential.use(try await identity.token())
        }
        let typed = HubSubject(type: reference.type, repo: reference.repo, revision: try revision(reference))
        var subject = typed
        // Asked at the same time: each of them would cost a further round trip otherwise. Links of many files would expire.
        let isOneOfMany = session.context.repos?.hasMany(of: typed) ?? false
        async let fileAhead = HubFileAhead.ask(isOneOfMany ? .whole : reference.part, typed, session)
        async let treeAhead = listing.treeAhead(reference.part, typed)
        let shared = try await sharedDescription(typed, reference)
        let info = if let shared { shared.info } else { try await info(typed, reference) }
        guard !info.isDisabled else { throw HubErrors.disabled(subject, session, why: nil) }
        guard let commit = info.sha?.lowercased(), commit.utf8.count == 40, commit.allSatisfy(\.isHexDigit) else {
            throw Failure(.server, "the Hub names no commit for \(subject.name) at \(subject.revision).", hint: "try again later.")
        }
        var snapshot = HubSnapshot(type: reference.type, repo: reference.repo, revision: subject.revision, commit: commit)
        rename(&subject, to: info.id)

        let entries: [HubEntry]
        var single = false
        var found: HubFileAhead?
        switch reference.part {
        case .whole, .quantisation:
            entries = try await listing.list(info, ahead: await treeAhead, commit, subject)
            let tree = entries.compactMap(\.treeFile)
            // One that is not whole would be taken for it.
            if tree.count == entries.count(where: { $0.type == "file" }) { snapshot.tree = tree }
        case .folder(let path): entries = try await listing.folder(path, commit: commit, subject: subject, info: info)
        case .path(let path):
            subject.path = path
            found = await fileAhead.flatMap { $0.isOf(commit) ? $0 : nil }
            let known = try await entry(path, found, in: shared, commit: commit, subject)
            guard let entry = known, entry.type == "file" || !session.context.selection.namesOneFile else {
                session.context.noteAbsence(path, snapshot)
                throw listing.missing(path, subject, info)
            }
            single = entry.type == "file"
            entries = single ? [entry] : try await listing.folder(path, commit: commit, subject: subject, info: info)
        }
        var wanted = try listing.selected(entries, isSingle: single, subject)
        if let tag = try Self.tag(of: reference, session.context.selection) {
            wanted = try quantised(wanted, tag, subject)
            single = wanted.count == 1
        }
        var metadata = metadata(commit, subject, info)
        metadata.branch = snapshot.revision
        let repo = HubCommit(session: session, subject: subject, id: commit)
        var resolution = Resolution(
            source: .huggingFace, title: "\(subject.name)@\(commit.prefix(7))" + (single ? "/" + (wanted.first?.path ?? "") : ""),
            folderName: single ? nil : subject.repo.split(separator: "/").last.map(String.init),
            files: try wanted.map { (entry) throws(Failure) in try file(entry, repo, metadata, isSingle: single) }, hub: snapshot)
        if let found, single { resolution.files[0].locator = found.locator(resolution.files[0], repo) }
        resolution.facts = HubDescription.facts(info, commit: commit, subject)
        if session.context.selection.describes { resolution.quantisations = QuantisationTable(wanted.map(\.sized)).variants }
        if info.isGated, !resolution.files.isEmpty { preflight(&resolution) }
        return resolution
    }

    /// A path's entry: as its link was answered, else of the list that the batch has, which is whole, else asked for.
    private func entry(
        _ path: String, _ found: HubFileAhead?, in shared: HubRepoMemory.Description?, commit: String, _ subject: HubSubject
    ) async throws -> HubEntry? {
        if let found { return found.entry }
        if let entries = shared?.entries {
            if let entry = entries[path] { return entry }
            if !entries.keys.contains(where: { $0.hasPrefix(path + "/") }) { return nil }
        }
        return try await session.entry(path, commit: commit, subject)
    }

    /// A gated repo describes itself to all and refuses the bytes only: one file tells for all of them.
    private func preflight(_ resolution: inout Resolution) {
        let first = PreparedLocator(resolution.files[0].locator, now: session.context.now)
        resolution.files[0].locator = first
        resolution.preflight = { try await first.prepare() }
    }

    private func revision(_ reference: HubReference) throws(Failure) -> String {
        let asked = session.context.selection.revision
        if let typed = reference.revision, let asked, typed != asked {
            throw Failure(
                .usage, "two revisions are asked for: @\(typed) in the reference and --revision \(asked).", hint: "give only one of them.")
        }
        return reference.revision ?? asked ?? "main"
    }

    /// What another reference of this batch was answered, or all of them are about to be.
    private func sharedDescription(_ subject: HubSubject, _ reference: HubReference) async throws -> HubRepoMemory.Description? {
        let shared = try await session.context.repos?.description(of: subject) {
            HubRepoMemory.Description(
                try await info(subject, reference, isShared: true), rejectsToken: session.credential.rejected != nil)
        }
        if shared?.rejectsToken == true { session.credential.reject() }
        return shared
    }

    private func info(_ subject: HubSubject, _ reference: HubReference, isShared: Bool = false) async throws -> HubRepoInfo {
        do {
            // A repo may have tens of thousands of files: of one that is named, its own answer tells.
            if case .path = reference.part, !isShared { return try await session.info(subject) }
            return try await session.info(subject, listsFiles: true)
        } catch let failure as Failure where Self.isAboutRevision(failure) && !reference.isAmbiguous {
            throw explained(failure, subject, (try? await session.refs(subject).names) ?? [])
        }
    }

    private static func isAboutRevision(_ failure: Failure) -> Bool {
        failure.kind == .notFound && failure.message.contains("has no revision")
    }

    /// Names the revisions that may have been meant.
    private func explained(_ failure: Failure, _ subject: HubSubject, _ names: [String]) -> Failure {
        guard Self.isAboutRevision(failure) else { return failure }
        var failure = failure
        if !names.isEmpty {
            let near = SpellingSuggestions.of(subject.revision, in: names)
            failure.why =
                near.isEmpty
                ? "it has: " + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
                : "the nearest are: " + near.joined(separator: ", ")
        }
        return failure
    }

    /// A repo that was renamed is asked for under its new name from here on.
    private func rename(_ subject: inout HubSubject, to id: String?) {
        guard let id, id != subject.repo, id.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isRepoWord),
            id.split(separator: "/").count <= 2
        else { return }
        if id.lowercased() != subject.repo.lowercased() {
            session.context.warn("moved", "\(subject.name) is now \(id) at Hugging Face.")
        }
        subject.repo = id
    }

    private func isRepoWord(_ text: Substring) -> Bool {
        !text.isEmpty && text != "." && text != ".." && text.utf8.count <= 96
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    private func metadata(_ commit: String, _ subject: HubSubject, _ info: HubRepoInfo) -> FileMetadata {
        var metadata = FileMetadata()
        metadata.pageURL = session.page(subject)
        metadata.model = subject.repo
        metadata.version = commit
        metadata.baseModel = info.baseModel
        metadata.licence = info.licence
        metadata.gated = info.isGated
        metadata.isPrivate = info.isPrivate ?? false
        if info.tags.contains("not-for-all-audiences") { metadata.nsfw = true }
        return metadata
    }

    private func file(_ entry: HubEntry, _ repo: HubCommit, _ metadata: FileMetadata, isSingle: Bool) throws(Failure) -> SourceFile {
        let size = try entry.size.checked("the Hub", of: entry.path)
        var file = SourceFile(
            identity: "hf:\(repo.subject.name)/\(entry.path)",
            pinned: HubSnapshot.pinned(repo.subject.name, at: repo.id, entry.path),
            path: isSingle ? entry.path.split(separator: "/").last.map(String.init) ?? entry.path : entry.path,
            size: size, digest: entry.digest, metadata: metadata,
            locator: HubLocator(repo: repo, path: entry.path, length: size, digest: entry.digest))
        if session.context.selection.describes { file.facts = HubDescription.facts(entry) }
        file.repoPath = entry.path
        return file
    }
}
