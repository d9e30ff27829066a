import Foundation

/// The bytes of one revision's files: where the resolver sends a client, and the small files themselves.
struct HubFiles: Sendable {
    let state: HubState
    let request: HubRequest
    let repository: HubRepository
    let revision: HubRepository.Revision

    func answer(_ path: String, _ wish: HubAddress.Wish) -> Reply {
        guard let file = repository.file(path, at: revision) else {
            return .hubFailure(
                404, code: "EntryNotFound", message: "Entry not found", headers: [("X-Repo-Commit", revision.commit)])
        }
        let content = request.content(file.content)
        switch wish {
        case .raw: return small(file, file.blob(of: content))
        case .cached: return file.isLFS ? large(file, content) : small(file, content)
        default: return file.isLFS ? large(file, content) : toCache(file, content)
        }
    }

    /// A redirect out of the origin, with the metadata that the content network does not have.
    private func large(_ file: HubRepository.File, _ content: PracticeFile) -> Reply {
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        let disposition = "inline; filename*=UTF-8''\(name.percentEncoded()); filename=\"\(name)\";"
        let folder = FileDigests.invented("folder \(repository.id)").prefix(24)
        let link = state.link(
            to: content, path: "/xet-bridge-us/\(folder)/\(content.contentTag)", style: .cloudFront, disposition: disposition)
        var headers = metadata(file, content) + [("Accept-Ranges", "bytes")]
        if state.configuration.offersXet {
            let base = "\(request.origin)/api/\(repository.kind.rawValue)/\(repository.id)/xet-read-token/\(revision.commit)"
            headers += [("X-Xet-Hash", content.contentTag), ("Link", "<\(base)>; rel=\"xet-auth\"")]
        }
        return .redirect(302, to: link, headers: headers)
    }

    /// A redirect within the origin, as a path without scheme and host.
    private func toCache(_ file: HubRepository.File, _ content: PracticeFile) -> Reply {
        let path = file.path.percentEncoded(keeping: "/")
        let tag = "\"\(file.objectID(of: content))\"".percentEncoded()
        let kept = request.query.isEmpty ? "" : request.query + "&"
        let original = request.path.percentEncoded()
        let base = "/api/resolve-cache/\(repository.kind.rawValue)/\(repository.id)/\(revision.commit)"
        return .redirect(307, to: "\(base)/\(path)?\(kept)\(original)=&etag=\(tag)", headers: metadata(file, content))
    }

    /// A small file's own bytes. A client that accepts gzip gets it, without length and without ranges.
    private func small(_ file: HubRepository.File, _ content: PracticeFile) -> Reply {
        let isJSON = file.path.hasSuffix(".json")
        let headers =
            metadata(file, content)
            + [("Content-Type", isJSON ? "application/json" : "text/plain; charset=utf-8"), ("Vary", "Accept-Encoding")]
        let accepted = request.header("Accept-Encoding")?.lowercased().split(separator: ",").map {
            $0.split(separator: ";")[0].trimmingCharacters(in: .whitespaces)
        }
        guard content.size > 1024, accepted?.contains("gzip") == true, request.method == "GET" else {
            return .file(content, tag: FileDigests.of(content).gitSHA1 ?? "", to: request, headers: headers)
        }
        var reply = Reply(
            200, headers: headers + [("ETag", "W/\"\(FileDigests.of(content).gitSHA1 ?? "")\""), ("Content-Encoding", "gzip")],
            body: .data(Gzip.stored(content.data)))
        reply.delivery.isChunked = true
        return reply
    }

    private func metadata(_ file: HubRepository.File, _ content: PracticeFile) -> [(name: String, value: String)] {
        [
            ("X-Repo-Commit", revision.commit), ("X-Linked-Size", String(content.size)),
            ("X-Linked-ETag", "\"\(file.linkedTag(of: content))\""),
        ]
    }
}
