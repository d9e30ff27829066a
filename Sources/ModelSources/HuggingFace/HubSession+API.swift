internal import FetchTypes
internal import ModelReference

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The questions that the Hub's API is asked.
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
            // An endpoint may be below a path, of which what it passes on knows nothing.
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
