import Events
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Partials
import Storage
import Transfer

/// The layouts of LM Studio and Ollama: which file goes where below the program's own folder.
struct ProgramPlacement {
    let layout: Layout
    let options: FetchOptions
    let resolution: Resolution

    /// The folder that was named, else the program's own.
    /// - Throws: ``Failure`` where there is none.
    func root(for request: FetchRequest) throws(Failure) -> String {
        if let given = request.directory { return Path.absolute(Path.join(Path.currentDirectory, given)) }
        guard let own = try options.programFolder(of: layout) else {
            throw Failure(
                .usage, "there is no place for --layout \(layout.rawValue).", why: "HOME is not set.",
                hint: "name the program's models folder with -d DIR.")
        }
        return own
    }

    func place(_ request: FetchRequest, in root: String) throws(Failure) -> [PlannedFile] {
        guard layout == .ollama else { return try placeForStudio(request, in: root) }
        guard resolution.manifest != nil else { throw layout.refusal(of: request.reference.shown) }
        let store = OllamaStore(root: root)
        return try resolution.files.map { (file) throws(Failure) in
            guard let digest = file.digest else { throw layout.refusal(of: request.reference.shown) }
            let name = OllamaStore.blob(digest.hex)
            var placement = PlacementPlan(directory: root, name: name)
            placement.partial = PartialNames(target: Path.join(store.unfinished, Path.name(name)))
            return planned(file, request: request, root: root, name: name, placement: placement)
        }
    }

    // MARK: LM Studio

    private func placeForStudio(_ request: FetchRequest, in root: String) throws(Failure) -> [PlannedFile] {
        let names = Dictionary(grouping: resolution.files.indices) { Path.name(resolution.files[$0].path) }
        return try resolution.files.map { (file) throws(Failure) in
            let path = try SafeName.path(file.path)
            // It looks one level deep; only several of one name keep their folders.
            let isAlone = names[Path.name(file.path)]?.count == 1
            let name = (try folder(of: file) + (isAlone ? [path[path.count - 1]] : path)).joined(separator: "/")
            return planned(file, request: request, root: root, name: name, placement: PlacementPlan(directory: root, name: name))
        }
    }

    /// Publisher and repo.
    private func folder(of file: SourceFile) throws(Failure) -> [String] {
        let id: String
        if let hub = resolution.hub {
            id = hub.repo.contains("/") ? hub.repo : "local/" + hub.repo
        } else if resolution.source == .ollama, let model = file.metadata.model {
            id = model
        } else {
            let name = Path.name(file.path)
            id = "local/" + (name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name)
        }
        return try SafeName.path(id)
    }

    private func planned(
        _ file: SourceFile, request: FetchRequest, root: String, name: String, placement: PlacementPlan
    ) -> PlannedFile {
        PlannedFile(
            tag: FileTag(ref: request.reference.shown, path: Path.join(root, name)), file: file, source: resolution.source,
            directory: root, name: name, digest: request.sha256 ?? file.digest, isDigestDemanded: request.sha256 != nil,
            placement: placement)
    }
}
