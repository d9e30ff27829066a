internal import FetchTypes
internal import ModelReference

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `GET /api/{models,datasets,spaces}/{id}/revision/{revision}`, as far as it is used.
struct HubRepoInfo: Decodable {
    /// The commit, 40 hexadecimal digits.
    var sha: String?
    /// The canonical name: differs from the one asked for when the repo was renamed.
    var id: String?
    var isGated: Bool
    var isDisabled: Bool
    var paths: [String]
    /// Every file of the commit with its size and hash; nil where the answer does not say that of all of them.
    var entries: [HubEntry]?
    var tags: [String]
    var licence: String?
    var baseModel: String?
    /// `auto` or `manual`, as access is granted; nil for a repo that is open.
    var gating: String?
    var isPrivate: Bool?
    /// `transformers`, `diffusers`, …
    var library: String?
    /// `text-generation`, …
    var task: String?
    /// RFC 3339.
    var modified: String?

    private enum Keys: String, CodingKey {
        case sha, id, gated, disabled, siblings, tags, cardData, lastModified
        case isPrivate = "private"
        case library = "library_name"
        case task = "pipeline_tag"
    }
    private enum CardKeys: String, CodingKey {
        case license
        case baseModel = "base_model"
        case library = "library_name"
    }
    /// Above this number the list is known to be incomplete.
    private static let mostSiblings = 50_000

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        sha = fields.lenient(String.self, .sha)
        id = fields.lenient(String.self, .id)
        // false, "auto" or "manual".
        gating = fields.lenient(String.self, .gated) ?? (fields.lenient(Bool.self, .gated) == true ? "yes" : nil)
        isGated = gating != nil
        isPrivate = fields.lenient(Bool.self, .isPrivate)
        task = fields.lenient(String.self, .task)
        modified = fields.lenient(String.self, .lastModified)
        isDisabled = fields.lenient(Bool.self, .disabled) ?? false
        let siblings = fields.lenientArray(HubSibling.self, .siblings)
        paths = siblings.map(\.path)
        let listed = siblings.compactMap(\.entry)
        // One that cannot be understood would go missing.
        let count = (try? fields.nestedUnkeyedContainer(forKey: .siblings))?.count
        if !listed.isEmpty, listed.count == count, listed.count < Self.mostSiblings { entries = listed }
        tags = fields.lenientArray(String.self, .tags)
        let card = try? fields.nestedContainer(keyedBy: CardKeys.self, forKey: .cardData)
        licence = card?.lenient(String.self, .license) ?? tags.first { $0.hasPrefix("license:") }.map { String($0.dropFirst(8)) }
        library = fields.lenient(String.self, .library) ?? card?.lenient(String.self, .library)
        baseModel = card?.lenient(String.self, .baseModel) ?? card?.lenientArray(String.self, .baseModel).first
    }
}

/// A member of `siblings`: a path, and with `?blobs=true` what is stored there.
private struct HubSibling: Decodable {
    var path: String
    /// Nil where size or hash is missing.
    var entry: HubEntry?

    private enum Keys: String, CodingKey { case rfilename, size, blobId, lfs }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        path = try fields.decode(String.self, forKey: .rfilename)
        let lfs = fields.lenient(HubEntry.LFS.self, .lfs)
        let read = HubEntry(path: path, size: fields.declaredSize(.size), blobID: fields.lenient(String.self, .blobId), lfs: lfs)
        if read.treeFile != nil { entry = read }
    }
}

/// An entry of `tree` and of `paths-info`.
struct HubEntry: Decodable {
    /// `file` or `directory`.
    var type: String
    var path: String
    /// Of the file itself, also where git holds only a pointer.
    var size: DeclaredSize
    var digest: PublishedDigest?
    /// Whether the bytes live outside git, behind a signed link.
    var isLFS: Bool
    /// The SHA-1 of what git holds.
    var blobID: String?
    var xetHash: String?

    private enum Keys: String, CodingKey { case type, path, size, oid, lfs, xetHash }
    struct LFS: Decodable {
        var sha256: String?
        var size: DeclaredSize

        private enum Keys: String, CodingKey { case oid, sha256, size }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            // The other name is that of the repo's own description.
            sha256 = fields.lenient(String.self, .oid) ?? fields.lenient(String.self, .sha256)
            size = fields.declaredSize(.size)
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        let type = try fields.decode(String.self, forKey: .type)
        let path = try fields.decode(String.self, forKey: .path)
        let lfs = fields.lenient(LFS.self, .lfs)
        self.init(path: path, size: fields.declaredSize(.size), blobID: fields.lenient(String.self, .oid), lfs: lfs)
        self.type = type
        xetHash = fields.lenient(String.self, .xetHash)
    }

    /// A file.
    /// - Parameter blobID: the SHA-1 of what git holds.
    init(path: String, size: DeclaredSize, blobID: String?, lfs: LFS?) {
        type = "file"
        self.path = path
        isLFS = lfs != nil
        self.size = lfs.flatMap { $0.size == .unknown ? nil : $0.size } ?? size
        self.blobID = blobID
        // For LFS files `oid` is the pointer's name in git, which says nothing of the bytes.
        digest =
            isLFS
            ? lfs?.sha256.flatMap { PublishedDigest(.sha256, hex: $0) } : blobID.flatMap { PublishedDigest(.gitSHA1, hex: $0) }
    }

    /// A file as the answer to a request for its bytes describes it.
    /// - Parameter tag: the SHA-256 where the bytes live outside git, else the blob's SHA-1.
    /// - Returns: nil for a tag that is neither.
    init?(path: String, size: ByteCount, tag: String) {
        self.init(path: path, size: .known(size), blobID: nil, lfs: nil)
        isLFS = tag.utf8.count == 64
        guard let digest = PublishedDigest(isLFS ? .sha256 : .gitSHA1, hex: tag) else { return nil }
        self.digest = digest
        if !isLFS { blobID = tag }
    }

    /// Nil for a folder, and where the list leaves something out.
    var treeFile: HubTreeFile? {
        guard type == "file", let size = size.count?.bytes, let blobID, !isLFS || digest != nil else { return nil }
        return HubTreeFile(path: path, size: size, blobID: blobID, sha256: isLFS ? digest?.hex : nil, xetHash: xetHash)
    }
}

/// `GET /api/{type}/{id}/refs`: what a missing revision could have been.
struct HubRefs: Decodable {
    var names: [String]

    private enum Keys: String, CodingKey { case branches, tags, converts, pullRequests }
    private struct Named: Decodable {
        var name: String
        var ref: String?
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Keys.self)
        names = (fields.lenientArray(Named.self, .branches) + fields.lenientArray(Named.self, .tags)).map(\.name)
        // Written as they are typed: a conversion's branch is called `parquet` here, `refs/convert/parquet` there.
        names += (fields.lenientArray(Named.self, .converts) + fields.lenientArray(Named.self, .pullRequests)).map { $0.ref ?? $0.name }
    }
}

extension HubSession {
    /// - Parameter listsFiles: whether the files' sizes and hashes are wanted too.
    func info(_ subject: HubSubject, listsFiles: Bool = false) async throws -> HubRepoInfo {
        let url = try api(subject, "revision", subject.revision.percentEncoded() + (listsFiles ? "?blobs=true" : ""))
        let response = try await get(url, subject).response
        if listsFiles, response.isTruncated { return try await info(subject) }
        return try decode(HubRepoInfo.self, response, subject)
    }

    /// One path's entry; nil when there is nothing of that name.
    func entry(_ path: String, commit: String, _ subject: HubSubject) async throws -> HubEntry? {
        var request = HTTPRequest(.post, try api(subject, "paths-info", commit))
        request.headers = [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")]
        request.body = Array("paths=\(path.percentEncoded())&expand=false".utf8)
        let arrival = try await ask(request)
        // Some mirrors serve the list alone.
        if [404, 405, 501].contains(arrival.response.status), arrival.response.headers["X-Error-Code"] == nil {
            return try await tree(nil, commit: commit, subject).first { $0.path == path }
        }
        guard arrival.response.status == 200 else { throw HubErrors.refusal(arrival, subject, self) }
        return try entries(arrival.response, subject).first { $0.path == path }
    }

    /// Every entry below a folder (nil: the whole repo), all pages of it.
    func tree(_ folder: String?, commit: String, _ subject: HubSubject) async throws -> [HubEntry] {
        let below = folder.map { "/" + $0.percentEncoded(keeping: "/") } ?? ""
        var next: WebURL? = try api(subject, "tree", "\(commit)\(below)?recursive=true&expand=false")
        var entries: [HubEntry] = []
        var seen: Set<WebURL> = []
        while let url = next {
            guard seen.insert(url).inserted, seen.count <= 20_000 else {
                throw Failure(.server, "the Hub's file list of \(subject.name) goes in circles.", hint: "try again later.")
            }
            let answer = try await get(url, subject)
            entries += try self.entries(answer.response, subject)
            next = try nextPage(answer, subject)
        }
        return entries
    }

    /// The list of the revision, whatever its commit; nil where it has several pages.
    func onlyPage(_ subject: HubSubject) async throws -> [HubEntry]? {
        let answer = try await get(try api(subject, "tree", "\(subject.revision.percentEncoded())?recursive=true&expand=false"), subject)
        return LinkHeader.target(of: "next", in: answer.response.headers.all("Link")) == nil ? try entries(answer.response, subject) : nil
    }

    func refs(_ subject: HubSubject) async throws -> HubRefs {
        // Pull requests are named only when they are asked for.
        let url = try api(subject, "refs" + (subject.revision.hasPrefix("refs/pr/") ? "?include_prs=1" : ""))
        return try decode(HubRefs.self, try await get(url, subject).response, subject)
    }

    private func get(_ url: WebURL, _ subject: HubSubject) async throws -> RedirectWalk.Arrival {
        let arrival = try await ask(HTTPRequest(.get, url, headers: [("Accept", "application/json")]))
        guard arrival.response.status == 200 else { throw HubErrors.refusal(arrival, subject, self) }
        return arrival
    }

    /// A list's entries. An empty place in it is passed over; one that cannot be understood is not, since a file would go missing.
    private func entries(_ response: HTTPResponse, _ subject: HubSubject) throws -> [HubEntry] {
        try decode([HubEntry?].self, response, subject).compactMap(\.self)
    }

    private func decode<T: Decodable>(_ type: T.Type, _ response: HTTPResponse, _ subject: HubSubject) throws -> T {
        guard !response.isTruncated, let value = try? JSONDecoder().decode(type, from: Data(response.body)) else {
            throw Failure(
                .server, "\(endpoint.host) answered something else than the Hub's API does, asked about \(subject.name).",
                why: endpoint.host == "huggingface.co" ? nil : "HF_ENDPOINT names \(endpoint).", hint: "try again later.")
        }
        return value
    }

    /// The list's next page, asked for where this one came from: mirrors hand out the Hub's own address or one that only they
    /// can reach, and proxies that end TLS say http.
    /// - Throws: ``Failure`` when it cannot be asked for: without it files would go missing.
    private func nextPage(_ arrival: RedirectWalk.Arrival, _ subject: HubSubject) throws(Failure) -> WebURL? {
        guard let target = LinkHeader.target(of: "next", in: arrival.response.headers.all("Link")) else { return nil }
        let here = arrival.url
        if let next = here.resolving(target) {
            // An endpoint may stand below a path, of which what it passes on knows nothing.
            let prefix = here.path.firstRange(of: "/api/").map { here.path[..<$0.lowerBound] } ?? ""
            if next.origin == here.origin, next.path.hasPrefix(prefix + "/") { return next }
            if let api = next.path.firstRange(of: "/api/"),
                let moved = WebURL("\(here.origin)\(prefix)\(next.path[api.lowerBound...])" + (next.query.map { "?" + $0 } ?? ""))
            {
                return moved
            }
        }
        throw Failure(
            .server, "the Hub's file list of \(subject.name) goes on at an address that cannot be asked.",
            why: endpoint.host == "huggingface.co" ? nil : "HF_ENDPOINT names \(endpoint).",
            hint: "try again later" + (endpoint.host == "huggingface.co" ? "." : ", or leave HF_ENDPOINT unset."))
    }
}
