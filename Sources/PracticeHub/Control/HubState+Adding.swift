import Synchronization

extension HubState {
    /// Puts a file in, replacing one of the same place and name.
    ///
    /// - Returns: Where it is, for clients, and its content.
    func add(_ file: NewFile) -> (url: String, content: PracticeFile) {
        let addresses = addresses.withLock { $0 }
        let content = file.content
        switch file.place {
        case .plain:
            plainFiles.withLock { $0[file.name] = content }
            return ("\(publicCDN)/plain/\(file.name.percentEncoded(keeping: "/"))", content)
        case .hub:
            let kind = file.repositoryKind.flatMap(HubRepository.Kind.init(rawValue:)) ?? .models
            let id = file.repository ?? "practice/added"
            add(file.each.map { HubRepository.File($0.name, $0.content) }, to: id, kind: kind, access: file.access)
            let prefix = kind == .models ? "" : kind.rawValue + "/"
            return ("\(addresses.hub)/\(prefix)\(id)/resolve/main/\(file.name.percentEncoded(keeping: "/"))", content)
        case .civitai:
            return ("\(addresses.civitai)/api/download/models/\(addVersion(file, content))", content)
        }
    }

    private func add(_ files: [HubRepository.File], to id: String, kind: HubRepository.Kind, access: String?) {
        let allowed: [String: HubRepository.Access] = ["gated": .gated, "private": .private, "disabled": .disabled]
        repositories.withLock { repositories in
            if let index = repositories.firstIndex(where: { $0.kind == kind && $0.id == id }) {
                repositories[index].commit(files)
            } else {
                repositories.append(HubRepository(id, kind: kind, access: access.flatMap { allowed[$0] } ?? .open, files: files))
            }
        }
    }

    private func addVersion(_ file: NewFile, _ content: PracticeFile) -> Int {
        let gates: [String: CivitaiVersion.Gate] = [
            "login": .login, "grant": .grant, "generationOnly": .generationOnly, "archived": .archived,
        ]
        return versions.withLock { versions in
            let id = file.version ?? (versions.map(\.id).max() ?? 0) + 1
            let format = content.kind == .pickle ? "PickleTensor" : content.kind == .gguf ? "GGUF" : "SafeTensor"
            if let index = versions.firstIndex(where: { $0.id == id }),
                let place = versions[index].files.firstIndex(where: { $0.name == file.name })
            {
                let old = versions[index].files[place]
                versions[index].files[place] = .init(
                    id: old.id, name: old.name, type: old.type, content: content, format: format, isPrimary: old.isPrimary)
            } else if let index = versions.firstIndex(where: { $0.id == id }) {
                let number = id * 10 + versions[index].files.count
                versions[index].files.append(
                    .init(id: number, name: file.name, type: "Model", content: content, format: format, isPrimary: false))
            } else {
                let entry = CivitaiVersion.File(id: id * 10, name: file.name, type: "Model", content: content, format: format)
                versions.append(
                    CivitaiVersion(
                        id: id, modelID: file.model ?? id + 1_000_000, modelName: "Practice \(id)",
                        modelType: file.modelType ?? "Checkpoint", name: "v1.0", gate: file.access.flatMap { gates[$0] } ?? .none,
                        files: [entry]))
            }
            return id
        }
    }

    /// Ends all faults, and lets the flaky versions fail again.
    func clearFaults() {
        faults.removeAll()
        versions.withLock { versions in
            for index in versions.indices where versions[index].initialFailures > 0 {
                versions[index].gate = .failingStorage(times: versions[index].initialFailures)
            }
        }
    }
}
