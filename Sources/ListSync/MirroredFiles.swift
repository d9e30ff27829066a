import FetchKit
import Storage
import Transfer
import Partials
import Layouts
import Events
import FetchTypes
import ModelList
import ModelReference

/// The files of a locked model that has several, from the mirrors that the lock names for each.
struct MirroredFiles {
    let list: LoadedList
    let model: SyncModel
    let locked: LockedModel

    /// Whether every file has a mirror and a hash to hold it to.
    var isWhole: Bool {
        locked.files.count > 1 && model.layout.takesOut && locked.files.allSatisfy { !$0.mirrors.isEmpty && $0.digest != nil }
    }

    /// - Throws: ``Failure`` of kind `config` when a mirror cannot be understood, or a path leads out of the folder.
    func requests() throws(Failure) -> [FetchRequest] {
        var requests: [FetchRequest] = []
        for file in locked.files {
            let target = list.places.target(file.path, isInCache: false)
            try list.places.check(target, "the model \(model.name)")
            var mirrors: [String] = file.mirrors
            let first = mirrors.removeFirst()
            var request = FetchRequest(try list.parser.parse(first))
            for mirror in mirrors { request.alternatives.append(try list.parser.parse(mirror)) }
            request.isTyped = false
            request.list = list.path
            request.name = model.name
            request.directory = list.places.base
            request.out = ListPlaces.rest(target, below: list.places.base) ?? target
            request.sha256 = file.digest
            request.isOptional = model.listed.isOptional
            requests.append(request)
        }
        return requests
    }
}
