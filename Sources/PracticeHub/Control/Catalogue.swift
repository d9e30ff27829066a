import Synchronization

/// The description of everything that a hub serves.
struct Catalogue: Sendable {
    /// Most files of a repository that are described one by one.
    static let mostFiles = 100

    let state: HubState

    var json: JSON { ["plain": plain, "civitai": civitai, "hub": hub] }

    private var plain: JSON {
        let cdn = state.publicCDN
        return .array(
            state.plainFiles.withLock { $0 }.sorted { $0.key < $1.key }.map { name, file in
                ["name": .string(name), "url": .string("\(cdn)/plain/\(name.percentEncoded(keeping: "/"))")] + describe(file)
            })
    }

    private var civitai: JSON {
        .array(
            state.versions.withLock { $0 }.map { version in
                [
                    "version": .integer(Int64(version.id)), "model": .integer(Int64(version.modelID)),
                    "modelName": .string(version.modelName), "name": .string(version.name),
                    "downloads": .integer(Int64(version.downloads)),
                    "files": .array(version.files.map { ["id": .integer(Int64($0.id)), "name": .string($0.name)] + describe($0.content) }),
                ]
            })
    }

    private var hub: JSON {
        .array(
            state.repositories.withLock { $0 }.map { repository in
                [
                    "kind": .string(repository.kind.rawValue), "id": .string(repository.id),
                    "commit": .optional(repository.revision("main")?.commit), "fileCount": .integer(Int64(repository.files.count)),
                    "files": .array(
                        repository.files.prefix(Self.mostFiles).map {
                            ["path": .string($0.path), "lfs": .bool($0.isLFS)] + describe($0.content)
                        }),
                ]
            })
    }

    private func describe(_ file: PracticeFile) -> JSON {
        ["size": .integer(file.size), "sha256": .string(file.sha256)]
    }
}
