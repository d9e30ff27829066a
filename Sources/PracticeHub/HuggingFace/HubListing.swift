import Foundation

/// The listings of one revision: trees, page by page, and named paths.
struct HubListing: Sendable {
    let state: HubState
    let request: HubRequest
    let repository: HubRepository
    let revision: HubRepository.Revision

    private var isExpanded: Bool { isTrue(request.item("expand")) }

    /// One page of the tree under a folder; the empty path is the root.
    func tree(under folder: String) -> Reply {
        let prefix = folder.isEmpty ? "" : folder + "/"
        let files = repository.files(at: revision).filter { $0.path.hasPrefix(prefix) }
        guard !files.isEmpty || folder.isEmpty else {
            return .hubFailure(
                404, code: "EntryNotFound", message: "\(folder) does not exist on \"\(revision.name)\"",
                headers: [("X-Repo-Commit", revision.commit)])
        }
        let entries = entries(of: files, prefix: prefix)
        let most = isExpanded ? 50 : 1000
        let limit = min(most, max(1, request.item("limit").flatMap { Int($0) } ?? most))
        let start = min(entries.count, cursor ?? 0)
        let page = entries[start..<min(entries.count, start + limit)]
        var headers: [(name: String, value: String)] = []
        if page.endIndex < entries.count {
            headers.append(("Link", "<\(request.origin)\(request.path)?\(nextQuery(page.endIndex, limit))>; rel=\"next\""))
        }
        return .json(.array(page.map { entry in
            switch entry {
            case .folder(let path): HubRepository.folderEntry(path, expanded: isExpanded)
            case .file(let file): self.entry(file)
            }
        }), headers: headers)
    }

    /// The entries of the paths in the form, files and folders; a path that does not exist is absent.
    func pathsInfo() -> Reply {
        var paths: [String] = []
        var isExpanded = isExpanded
        if request.header("Content-Type")?.contains("json") == true {
            let object = try? JSONSerialization.jsonObject(with: request.body) as? [String: Any]
            paths = object?["paths"] as? [String] ?? (object?["paths"] as? String).map { [$0] } ?? []
            isExpanded = object?["expand"] as? Bool ?? isExpanded
        } else {
            let items = HubRequest.form(String(decoding: request.body, as: UTF8.self))
            paths = items.filter { $0.name == "paths" || $0.name == "paths[]" }.map(\.value)
            isExpanded = items.contains { $0.name == "expand" && isTrue($0.value) } || isExpanded
        }
        let files = repository.files(at: revision)
        return .json(.array(paths.compactMap { path in
            if let file = files.first(where: { $0.path == path }) { return entry(file, expanded: isExpanded) }
            let isFolder = files.contains { $0.path.hasPrefix(path + "/") }
            return isFolder ? HubRepository.folderEntry(path, expanded: isExpanded) : nil
        }))
    }

    private enum Entry {
        case folder(String)
        case file(HubRepository.File)
    }

    /// Folders before the files in them; only the folder's own entries unless `recursive` is asked for.
    private func entries(of files: [HubRepository.File], prefix: String) -> [Entry] {
        let isRecursive = isTrue(request.item("recursive"))
        var seen: Set<String> = []
        var entries: [Entry] = []
        for file in files {
            let names = file.path.dropFirst(prefix.count).split(separator: "/")
            var folder = prefix
            for name in names.dropLast() {
                folder += name
                if seen.insert(folder).inserted { entries.append(.folder(folder)) }
                guard isRecursive else { break }
                folder += "/"
            }
            if isRecursive || names.count == 1 { entries.append(.file(file)) }
        }
        return entries
    }

    private func entry(_ file: HubRepository.File, expanded: Bool? = nil) -> JSON {
        file.treeEntry(
            of: request.content(file.content), expanded: expanded ?? isExpanded, offersXet: state.configuration.offersXet)
    }

    private var cursor: Int? {
        guard let text = request.item("cursor"), let data = Data(base64Encoded: text) else { return nil }
        return Int(String(decoding: data, as: UTF8.self))
    }

    private func nextQuery(_ next: Int, _ limit: Int) -> String {
        let kept = request.query.split(separator: "&").filter { !$0.hasPrefix("cursor=") && !$0.hasPrefix("limit=") }.map(String.init)
        let cursor = Data(String(next).utf8).base64EncodedString().percentEncoded()
        return (kept + ["limit=\(limit)", "cursor=\(cursor)"]).joined(separator: "&")
    }

    private func isTrue(_ text: String?) -> Bool { text.map { ["true", "1"].contains($0.lowercased()) } ?? false }
}
