import FetchTypes
import Layouts
package import ModelReference
import ModelSources
import Partials
package import Transfer

/// Links files that are named by their paths.
extension Linker {
    /// What is linked at once: one file, or the files of one commit.
    private struct Group {
        var request: FetchRequest
        var resolution: Resolution
        var given: [String: LinkBytes]

        /// Whether the file belongs to the same commit, and is not there already.
        func takes(_ file: SourceFile, of hub: HubSnapshot) -> Bool {
            guard let own = resolution.hub, given[file.pinned] == nil else { return false }
            return own.type == hub.type && own.repo == hub.repo && own.commit == hub.commit && own.revision == hub.revision
        }
    }

    /// - Parameters:
    ///   - isFolder: whether a folder was named: its files of one commit are linked as one snapshot.
    ///   - request: the request for a reference.
    /// - Throws: ``Failure``, `CancellationError`.
    package func run(
        _ sources: [LinkSource], isFolder: Bool, _ parser: ReferenceParser, _ request: (ParsedReference) -> FetchRequest
    ) async throws -> [Linked] {
        var groups: [Group] = []
        for source in sources {
            let known = source.record.flatMap { try? parser.parse($0.reference) }
            let (resolution, sha256) = try await Self.describe(source.path, source.record, known?.reference)
            let request = request(ParsedReference(known?.reference ?? .direct(WebURL("http://localhost/")!), shown: source.path))
            guard let file = resolution.files.first else { continue }
            let bytes = LinkBytes(path: source.path, sha256: sha256)
            if isFolder, request.layout == .hfCache, let hub = resolution.hub,
                let place = groups.firstIndex(where: { $0.takes(file, of: hub) })
            {
                groups[place].resolution.files.append(file)
                groups[place].given[file.pinned] = bytes
            } else {
                groups.append(Group(request: request, resolution: resolution, given: [file.pinned: bytes]))
            }
        }
        var linked: [Linked] = []
        for group in groups {
            let rule = isFolder && group.request.layout == .hfCache ? SnapshotFinalizer.RevisionRule.whole : .keep
            linked += try await run(group.request, group.resolution, from: group.given, rule)
        }
        return linked
    }
}
