internal import FetchTypes
internal import ModelReference

/// Which entries a repo has at a commit, and which of them are wanted.
struct HubListing {
    let session: HubSession

    /// The whole repo's list where it has to say more than the description does; nil too where it has several pages, or cannot
    /// be had.
    func treeAhead(_ part: HubReference.Part, _ subject: HubSubject) async -> [HubEntry]? {
        guard session.context.needsHubTree else { return nil }
        switch part {
        case .whole, .quantisation: return try? await session.onlyPage(subject)
        case .path, .folder: return nil
        }
    }

    /// Every entry of the repo at the commit.
    /// - Parameter ahead: the list of the revision, which may lead to another commit by now.
    func list(_ info: HubRepoInfo, ahead: [HubEntry]?, _ commit: String, _ subject: HubSubject) async throws -> [HubEntry] {
        guard let described = info.entries else { return try await session.tree(nil, commit: commit, subject) }
        guard session.context.needsHubTree else { return described }
        func blobs(_ entries: [HubEntry]) -> Set<[String?]> {
            Set(entries.filter { $0.type == "file" }.map { [$0.path, $0.blobID, $0.digest?.hex] })
        }
        return if let ahead, blobs(ahead) == blobs(described) { ahead } else { described }
    }

    func folder(_ path: String, commit: String, subject: HubSubject, info: HubRepoInfo) async throws -> [HubEntry] {
        var subject = subject
        subject.path = path
        if let described = info.entries {
            let entries = described.filter { $0.path.hasPrefix(path + "/") }
            guard !entries.isEmpty else { throw missing(path, subject, info) }
            return entries
        }
        do {
            let entries = try await session.tree(path, commit: commit, subject)
            guard !entries.isEmpty else { throw missing(path, subject, info) }
            return entries
        } catch let failure as Failure where failure.kind == .notFound {
            throw missing(path, subject, info)
        }
    }

    func missing(_ path: String, _ subject: HubSubject, _ info: HubRepoInfo) -> Failure {
        let near = Self.near(path, info.paths)
        let page = session.page(subject)
        var failure = Failure(
            .notFound, "\(subject.name) has no \"\(path)\" at \(subject.revision).",
            why: near.isEmpty ? nil : "the nearest are: " + near.joined(separator: ", "),
            hint: info.paths.contains(path)
                ? "it is a file: leave out the final slash."
                : "see \(page)/tree/\(subject.revision.percentEncoded(keeping: "/")) for what there is.",
            page: page)
        failure.deniesExistence = true
        return failure
    }

    /// What may have been meant: files, then folders.
    private static func near(_ path: String, _ paths: [String]) -> [String] {
        var folders: Set<String> = []
        for path in paths {
            var rest = path.utf8[...]
            while let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
                rest = rest[..<slash]
                // What is above a folder that is known is known too.
                guard folders.insert(String(Substring(rest))).inserted else { break }
            }
        }
        let names = SpellingSuggestions.ofPaths(path, in: paths) + SpellingSuggestions.ofPaths(path, in: folders.sorted()).map { $0 + "/" }
        return Array(names.prefix(5))
    }

    /// The files that are wanted. A file that was named itself is wanted whatever the patterns say, as `hf download` has it.
    func selected(_ entries: [HubEntry], isSingle: Bool, _ subject: HubSubject) throws(Failure) -> [HubEntry] {
        let files = entries.filter { $0.type == "file" }
        guard !files.isEmpty else {
            throw Failure(
                .notFound, "\(subject.name) holds no files at \(subject.revision).",
                hint: "see \(session.page(subject)) for its other revisions.",
                page: session.page(subject))
        }
        guard !isSingle else { return files }
        let selection = session.context.selection
        let include = selection.include.map(Fnmatch.init)
        let exclude = selection.exclude.map(Fnmatch.init)
        let wanted = files.filter { Fnmatch.selects($0.path, include: include, exclude: exclude) }
        if wanted.isEmpty, selection.allowsNothing {
            session.context.warn("nothing", "none of the \(files.count) files of \(subject.name) is left by --include and --exclude.")
            return []
        }
        guard !wanted.isEmpty else {
            throw Failure(
                .notFound, "none of the \(files.count) files of \(subject.name) is left by --include and --exclude.",
                why: "it holds: " + files.prefix(5).map(\.path).joined(separator: ", ") + (files.count > 5 ? ", …" : ""),
                hint: "patterns match the whole path, and * crosses slashes: '*.safetensors', 'unet/'.", page: session.page(subject))
        }
        return wanted
    }
}
