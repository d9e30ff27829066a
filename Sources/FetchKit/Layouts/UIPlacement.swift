import FetchTypes
import Layouts
import ModelSources
import Partials
import Storage
import Transfer

/// The layouts of A1111 and ComfyUI: the directory is the UI's root, and what a file is for decides the folder below it.
struct UIPlacement {
    let layout: Layout
    let options: FetchOptions
    let resolution: Resolution
    /// One for each file; nil where nothing tells.
    let kinds: [ModelKind?]
    /// Folders that the UI's own settings put before its usual ones, by ComfyUI's name for them: absolute.
    var chosen: [String: String] = [:]

    /// The UI's root.
    func root(for request: FetchRequest) -> String {
        Path.absolute(request.directory.map { Path.join(Path.currentDirectory, $0) } ?? options.defaultDirectory)
    }

    /// - Parameter plain: places a file in a directory under its name.
    /// - Throws: ``Failure``.
    func place(
        _ request: FetchRequest, in root: String, plain: (SourceFile, String, _ keepsPath: Bool) throws(Failure) -> PlannedFile
    ) throws(Failure) -> [PlannedFile] {
        // A name that leads somewhere is the user's own word: it is read from the root.
        if let out = request.out, out.utf8.contains(UInt8(ascii: "/")) { return [try plain(resolution.files[0], root, false)] }
        let isPipeline = resolution.files.contains { $0.path == "model_index.json" || $0.path.hasSuffix("/model_index.json") }
        let names = Dictionary(grouping: resolution.files.indices) { Path.name(resolution.files[$0].path) }
        var placed: [PlannedFile] = []
        for (index, file) in resolution.files.enumerated() {
            let kind = index < kinds.count ? kinds[index] : nil
            if !isPipeline, let chosen = kind?.comfyUIName.flatMap({ chosen[$0] }) {
                placed.append(try plain(file, chosen, false))
                continue
            }
            var folder = isPipeline ? nil : kind?.folder(layout)
            // Several of one name keep their paths, as does what only makes sense together.
            var keepsPath = isPipeline || folder == nil || (names[Path.name(file.path)]?.count ?? 0) > 1
            if folder == nil, let name = resolution.folderName.flatMap(SafeName.file) {
                folder = isPipeline && layout == .comfyui ? "models/diffusers/" + name : name
            }
            if resolution.folderName == nil { keepsPath = false }
            placed.append(below(root, folder, try plain(file, folder.map { Path.join(root, $0) } ?? root, keepsPath)))
        }
        return placed
    }

    /// The file's record is the root's, however deep the file lies.
    private func below(_ root: String, _ folder: String?, _ file: PlannedFile) -> PlannedFile {
        guard let folder else { return file }
        var placement = file.placement
        let name = Path.join(folder, file.name)
        placement.record = FinishedRecord.path(directory: root, name: name)
        return PlannedFile(
            tag: file.tag, file: file.file, source: file.source, directory: root, name: name, digest: file.digest,
            isDigestDemanded: file.isDigestDemanded, placement: placement)
    }
}
