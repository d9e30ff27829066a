internal import FetchTypes
internal import JSONText

/// What CivitAI's API says of a version and its model, whole, asked for once however many sidecars are made of it.
actor CivitaiDocuments {
    private let session: CivitaiSession
    private let base: WebURL
    private let versionID: Int
    private let modelID: Int?
    private var kept: (version: JSONTree, model: JSONTree?)?

    nonisolated let page: String?
    nonisolated var now: Double { session.context.now() }

    init(session: CivitaiSession, base: WebURL, version: Int, model: Int?, page: String?) {
        self.session = session
        self.base = base
        self.page = page
        versionID = version
        modelID = model
    }

    func fetchVersion() async throws -> JSONTree { try await documents().version }

    /// Nil when there is no model of that number for us: what the version says is all then.
    func model() async throws -> JSONTree? { try await documents().model }

    private func documents() async throws -> (version: JSONTree, model: JSONTree?) {
        if let kept { return kept }
        guard let version = try await session.document("/api/v1/model-versions/\(versionID)", at: base, about: "version \(versionID)")
        else {
            throw Failure(.notFound, "CivitAI does not tell of version \(versionID) any more.", hint: "omit --sidecar.")
        }
        var model: JSONTree?
        if let modelID { model = try await session.document("/api/v1/models/\(modelID)", at: base, about: "model \(modelID)") }
        kept = (version, model)
        return (version, model)
    }

    /// The version's first picture. It is open to all: no token goes along.
    func picture() async throws -> Sidecar {
        guard let address = CivitaiSidecars.picture(try await fetchVersion()), let url = WebURL(address) else {
            throw Failure(.notFound, "version \(versionID) has no picture at CivitAI.", hint: "omit --sidecar preview.")
        }
        let walk = RedirectWalk(policy: RedirectPolicy(start: session.endpoint ?? url), send: session.context.send)
        let response = try await walk.run(HTTPRequest(.get, url, maximumBody: 64 << 20, timeout: 120)).response
        guard response.status == 200, !response.isTruncated, let ending = Self.ending(response.body) else {
            throw Failure(
                .server, "\(url.host) gave no picture (HTTP \(response.status)).", hint: "run the same command again later, or leave it.")
        }
        return Sidecar(ending: ending, bytes: response.body)
    }

    /// By the first bytes: names and types are wrong at times.
    static func ending(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) { return ".preview.png" }
        if bytes.starts(with: [0xff, 0xd8, 0xff]) { return ".preview.jpeg" }
        if bytes.starts(with: "GIF8".utf8) { return ".preview.gif" }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return ".preview.webp" }
        return nil
    }
}
