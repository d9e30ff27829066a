import FetchTypes
import ModelReference
import Partials
import Storage

/// A file that has a record, with the record's reference.
struct RecordedModel {
    var path: String
    /// The path of the record itself.
    var place: String
    var record: FinishedRecord
    var reference: ModelReference

    /// - Returns: nil where the file is gone, or the reference is no longer understood.
    private init?(_ path: String, _ record: FinishedRecord, at place: String, _ parser: ReferenceParser) {
        guard Disk.followedStatus(path)?.kind == .file, let reference = try? parser.parse(record.reference) else { return nil }
        self.path = path
        self.place = place
        self.record = record
        self.reference = reference.reference
    }

    /// The recorded files below a folder, or the one file of that path.
    static func find(_ place: String, _ parser: ReferenceParser) -> [RecordedModel] {
        if Disk.followedStatus(place)?.kind == .file {
            let own = FinishedRecord.path(directory: Path.parent(place), name: Path.name(place))
            return FinishedRecord.find(for: place).flatMap { RecordedModel(place, $0, at: own, parser) }.map { [$0] } ?? []
        }
        var found: [RecordedModel] = []
        FolderWalk.files(below: place) { path, status in
            guard status.kind == .file, path.hasSuffix(".json"), let folder = FinishedRecord.folder(of: path) else { return }
            guard let store = FinishedRecord.Store.allCases.first(where: { folder.hasSuffix("/" + $0.rawValue) }) else { return }
            let root = String(folder.dropLast(store.rawValue.count + 1))
            let file = Path.join(root, String(path.dropFirst(folder.count + 1).dropLast(5)))
            guard let record = JSONFile.read(FinishedRecord.self, from: path), let one = RecordedModel(file, record, at: path, parser)
            else {
                return
            }
            found.append(one)
        }
        return found
    }
}
