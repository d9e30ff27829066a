import FetchKit
package import FetchTypes
import Layouts
package import ModelList
import ModelReference
import ModelSources
import Storage

/// A model list with its lock, read and understood, before anything is asked or fetched.
package struct LoadedList: Sendable {
    /// The list's file, absolute, links followed: records name it.
    package let path: String
    package let lockPath: String
    let list: ModelList
    package let models: [SyncModel]
    /// Nil when there is none.
    package let lock: ModelLock?
    package let places: ListPlaces
    let parser: ReferenceParser
    package let warnings: [String]

    /// - Throws: ``Failure`` of kind `config`, naming the file, the line and the key.
    package init(_ location: ListLocation, endpoints: ServiceEndpoints, environment: [String: String]) throws(Failure) {
        for (option, value) in [("--dir", location.directory), ("--file", location.file)] where value?.isEmpty == true {
            throw Failure(.usage, "\(option) is empty.", why: "perhaps a shell variable in it is not set.", hint: "give a name.")
        }
        let typed = location.file ?? "models.toml"
        let file = Path.absolute(typed)
        let name = Path.name(file)
        guard let bytes = Disk.contents(file, limit: ModelList.longest, onlyFiles: true) else {
            throw Failure(
                .config, "the list \(typed) cannot be read.",
                why: Disk.followedStatus(file) == nil ? "there is no such file." : "it is not a file, or longer than 8 MiB.",
                hint: "name it with --file, or make one of a folder with: fetchctl import models -o models.toml")
        }
        path = Path.real(file) ?? file
        lockPath = (file.hasSuffix(".toml") ? String(file.dropLast(5)) : file) + ".lock"
        let isOutsideAllowed = location.isOutsideAllowed || location.directory != nil
        list = try ModelList(parsing: bytes, file: name, isOutsideAllowed: isOutsideAllowed)
        places = ListPlaces(
            folder: Path.parent(file), directory: list.settings.directory, chosen: location.directory.map(Path.absolute),
            isOutsideAllowed: location.isOutsideAllowed, hubCache: HubFolders.cache(environment).map(Path.absolute))
        parser = ReferenceParser(endpoints: endpoints, pathExists: { _ in false })
        var models: [SyncModel] = []
        for model in list.models { models.append(try SyncModel(model, list.settings, parser, file: name)) }
        try Self.refuseTwins(models, name)
        self.models = models
        lock = try Self.readLock(lockPath, isOutsideAllowed)
        warnings = list.warnings + (lock?.warnings ?? [])
        for model in models { try places.check(model, name) }
    }

    private static func readLock(_ path: String, _ isOutsideAllowed: Bool) throws(Failure) -> ModelLock? {
        guard Disk.followedStatus(path) != nil else { return nil }
        let name = Path.name(path)
        guard let bytes = Disk.contents(path, limit: ModelLock.longest, onlyFiles: true) else {
            throw Failure(.config, "the lock \(path) cannot be read.", why: "it is not a file, or longer than 64 MiB.", hint: "look at it.")
        }
        return try ModelLock(parsing: bytes, file: name, isOutsideAllowed: isOutsideAllowed)
    }

    private static func refuseTwins(_ models: [SyncModel], _ file: String) throws(Failure) {
        var lines: [[UInt8]: Int] = [:]
        for model in models {
            if let other = lines.updateValue(model.listed.line, forKey: Array(model.name.utf8)) {
                throw Failure(
                    .config, "\(file), line \(model.listed.line): two models are called \(model.name).",
                    why: "the other one begins on line \(other); without name, the reference is the name.",
                    hint: "give each a name of its own.")
            }
        }
    }

    /// Whether a model goes to the cache of huggingface_hub, which is outside of any list's folder.
    package func isInCache(_ model: SyncModel) -> Bool { places.isInCache(model) }

    /// The models of those names, or all.
    /// - Throws: ``Failure`` with exit code 64 for a name that is not in the list.
    package func selected(_ names: [String]) throws(Failure) -> [SyncModel] {
        guard !names.isEmpty else { return models }
        for name in names where !models.contains(where: { $0.name == name }) {
            let known = models.prefix(8).map(\.name).joined(separator: ", ")
            throw Failure(
                .usage, "\(Path.name(path)) has no model \(name).",
                why: models.isEmpty ? "it has none at all." : "it has: \(known)\(models.count > 8 ? ", …" : "").",
                hint: "check the name.")
        }
        return models.filter { names.contains($0.name) }
    }
}
