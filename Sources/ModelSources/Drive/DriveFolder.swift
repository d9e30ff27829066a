internal import FetchTypes
internal import ModelReference

/// What a folder of Google Drive holds, from the page that shows it inside other sites: that one lists all of it, and needs no script.
struct DriveFolder {
    struct Entry: Sendable {
        /// Under the folder asked for, parts joined with `/`.
        var path: String
        var subject: DriveSubject
        /// Set for Google's own documents, which are exported.
        var document: DriveReference.Document?
    }

    private static let deepest = 32

    let session: DriveSession

    /// - Returns: the folder's name, and its files, those in folders within it too.
    /// - Throws: ``Failure``, ``TransientRefusal``, ``TransportFault``.
    func list(_ subject: DriveSubject) async throws -> (name: String?, entries: [Entry]) {
        var seen: Set<String> = [subject.id]
        var entries: [Entry] = []
        var name: String?
        var open = [(path: "", subject: subject, depth: 0)]
        while let folder = open.popLast() {
            let page = try await page(folder.subject)
            if folder.depth == 0 { name = page.title }
            for (index, tag) in page.tags.enumerated() where tag.name == "a" {
                guard let link = tag.attributes["href"].flatMap(WebURL.init) else { continue }
                let title = page.text(from: index).replacing("/", with: "_")
                let path = folder.path + (title.isEmpty ? "untitled" : title)
                let parts = link.path.split(separator: "/").map(String.init)
                var inner = DriveSubject(id: "", resourceKey: link.queryValue("resourcekey"))
                if let at = parts.firstIndex(of: "folders"), at + 1 < parts.count {
                    inner.id = parts[at + 1]
                    inner.isFolder = true
                    guard folder.depth < Self.deepest, seen.insert(inner.id).inserted else { continue }
                    open.append((path + "/", inner, folder.depth + 1))
                } else if let at = parts.firstIndex(of: "d"), at > 0, at + 1 < parts.count {
                    inner.id = parts[at + 1]
                    let kind = parts[at - 1]
                    if kind == "file" {
                        entries.append(Entry(path: path, subject: inner))
                    } else if let format = DriveSession.exports[kind] {
                        entries.append(
                            Entry(path: "\(path).\(format)", subject: inner, document: DriveReference.Document(kind: kind, format: format)))
                    } else {
                        session.context.warn("left_out", "\(path) is left out: Google Drive has no download for its kind (\(kind)).")
                    }
                }
            }
        }
        return (name, Self.distinct(entries))
    }

    private func page(_ subject: DriveSubject) async throws -> HTMLPage {
        let key = subject.resourceKey.map { "&resourcekey=" + $0.percentEncoded() } ?? ""
        let url = try session.url("/embeddedfolderview?id=\(subject.id)\(key)")
        let walk = RedirectWalk(policy: session.policy, send: session.context.send)
        let request = HTTPRequest(.get, url, headers: DriveSession.headers, maximumBody: 16 << 20, timeout: 120)
        let arrival = try await walk.run(request) { session.isOwn($0) }
        if arrival.next.map(subject.isSignIn) == true { throw subject.isPrivate(said: nil) }
        guard arrival.response.status == 200, arrival.next == nil, !arrival.response.isTruncated else {
            _ = try DrivePage(arrival.response, at: arrival.url).next(subject, now: session.context.now())
            throw subject.unclear(status: arrival.response.status, said: nil)
        }
        return HTMLPage(String(decoding: arrival.response.body, as: UTF8.self))
    }

    /// Drive allows several files of one name in a folder: all but the first by number get it before their extension.
    private static func distinct(_ entries: [Entry]) -> [Entry] {
        var result = entries
        for (path, members) in Dictionary(grouping: entries.indices, by: { entries[$0].path }) where members.count > 1 {
            for index in members.sorted(by: { entries[$0].subject.id < entries[$1].subject.id }).dropFirst() {
                let name = path.split(separator: "/").last ?? ""
                let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? path.endIndex
                result[index].path = "\(path[..<dot]).\(entries[index].subject.id)\(path[dot...])"
            }
        }
        return result
    }
}
