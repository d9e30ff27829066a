import Layouts
import Partials
import Storage
import Transfer

/// The places on this machine where a model's bytes may be: `--dedupe` and `link` use this one list.
struct LocalPlaces: Sendable {
    /// Caches in the form of `huggingface_hub`, which name a file by its hash: the Hub's and llama.cpp's.
    var hubCaches: [String] = []
    /// Ollama's stores, which do so too.
    var stores: [String] = []
    /// Folders whose records name files: the default one, LM Studio's, those of user interfaces, those of the configuration.
    var recorded: [String] = []
    /// Folders of which every file of the right size is read.
    var searched: [String] = []

    init() {}

    /// Reads other programs' settings. A program whose settings cannot be read is passed over: nothing is placed by them here.
    init(_ options: FetchOptions) {
        func folder(_ layout: Layout) -> String? { try? options.programFolder(of: layout) }
        hubCaches = Self.once([options.hubCache, folder(.llamaCpp)].compactMap(\.self))
        stores = [folder(.ollama)].compactMap(\.self)
        searched = options.dedupeFolders
        recorded = Self.once(
            [options.defaultDirectory] + searched + [folder(.lmStudio)].compactMap(\.self) + ProgramFolders.interfaces(options.environment))
    }

    private static func once(_ folders: [String]) -> [String] {
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }

    /// Folders below one that are looked at for records of their own.
    private static let mostFolders = 2000

    /// Folders whose records tell of files in a folder and in what belongs to it: the folders directly below it, and, where it is the
    /// root of a user interface, those below its `models` and those that `extra_model_paths.yaml` names.
    static func folders(of root: String, _ environment: [String: String]) -> [String] {
        func recorded(below folder: String) -> [String] {
            Disk.names(in: folder).prefix(mostFolders).map { Path.join(folder, $0) }.filter { folder in
                FinishedRecord.Store.allCases.contains { Disk.status(Path.join(folder, $0.rawValue))?.kind == .directory }
            }
        }
        let extra = (try? ExtraModelPaths.read(root: root, environment: environment))?.folders ?? [:]
        return once(
            [root] + recorded(below: root) + recorded(below: Path.join(root, "models")) + extra.sorted { $0.key < $1.key }.flatMap(\.value))
    }
}
