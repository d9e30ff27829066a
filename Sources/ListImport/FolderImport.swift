import Events
import FetchTypes
import Layouts
import ListSync
import ModelList
import ModelReference
import ModelSources
import Storage

/// The files of a folder as models of a list: by what is recorded of them, else by their hashes.
package struct FolderImport {
    private let folder: String
    private let host: any ImportHost

    /// - Parameter folder: absolute.
    package init(folder: String, host: any ImportHost) {
        self.folder = folder
        self.host = host
    }

    /// - Throws: ``Failure``, `CancellationError`.
    package func run() async throws -> [ImportedList.Entry] {
        let check = try ListEntryCheck(folder: folder, environment: host.environment)
        let finder = FolderFiles(folder: folder) { text in
            var model = ListedModel(line: 0)
            model.references = [ListedText(text, line: 0)]
            return (try? check.name(of: model)) != nil
        }
        let files = finder.files()
        var known = files.map(finder.look)
        let unread = known.indices.filter { known[$0] == .unread }
        let digests = try await FileHashing(host: host).digests(of: unread.map { files[$0] })
        for (index, digest) in zip(unread, digests) {
            if let digest { known[index] = .hash(digest) }
        }
        let found = try await HashLookup(host: host).find(known.compactMap(\.hash))
        return zip(files, known).map { path, known in entry(path, known, found) }
    }

    private func entry(_ path: String, _ known: KnownFile, _ found: [String: HashLookup.Found]) -> ImportedList.Entry {
        var model = ListedModel(line: 0)
        let (directory, name) = (Path.parent(path), Path.name(path))
        var note: String?
        switch known {
        case .reference(let reference, let sha256):
            model.references = [ListedText(reference, line: 0)]
            model.sha256 = sha256
        case .cached(let reference, let root):
            model.references = [ListedText(reference, line: 0)]
            model.layout = ListedText("hf-cache", line: 0)
            tell(path, reference, nil)
            let isOwn = HubFolders.cache(host.environment).map(Path.absolute) == root
            return .model(model, directory: isOwn ? nil : root, out: nil, note: nil)
        case .hash(let hash):
            guard let answer = found[hash] else { return missing(path, "sha256 \(hash)") }
            model.references = [ListedText(answer.reference, line: 0)]
            model.sha256 = hash
            note = answer.title
        case .unread: return missing(path, "it could not be read")
        }
        tell(path, model.references[0].text, model.sha256)
        return .model(model, directory: directory, out: name, note: note)
    }

    private func missing(_ path: String, _ why: String) -> ImportedList.Entry {
        let shown = ListPlaces.rest(path, below: folder) ?? path
        host.report(.warning(FileTag(ref: path, path: path), kind: "not_found", message: "nothing says where \(shown) came from."))
        return .comment("Not found: \(shown), \(why)")
    }

    private func tell(_ path: String, _ reference: String, _ sha256: String?) {
        guard host.reportsResolved,
            let parsed = try? ReferenceParser(endpoints: ServiceEndpoints(environment: host.environment), pathExists: { _ in false })
                .parse(reference)
        else { return }
        let resolved = Event.Resolved(
            source: SourceName(parsed.reference), title: "", name: Path.name(path), size: Disk.followedStatus(path)?.size, sha256: sha256,
            urlHost: nil, metadata: FileMetadata(), pinned: reference)
        host.report(.resolved(FileTag(ref: reference, path: path), resolved))
    }
}
