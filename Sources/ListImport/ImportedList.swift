package import FetchTypes
import ListSync
package import ModelList
import Storage

/// What `fetchctl import` found.
package struct ImportedList {
    package enum Entry {
        /// - Parameters:
        ///   - directory: absolute, or relative to the list; nil: its folder.
        ///   - note: what a person sees above it.
        case model(ListedModel, directory: String?, out: String?, note: String?)
        /// Something that is not in the list, and why.
        case comment(String)
    }

    package var entries: [Entry]

    package init(entries: [Entry] = []) { self.entries = entries }

    /// The list as a file. What a list may not have becomes a comment with the reason.
    /// - Parameters:
    ///   - folder: where the list is to stand, absolute.
    ///   - environment: names services and the cache, as for `sync`.
    /// - Throws: ``Failure`` of kind `config` for a wrong endpoint.
    package func written(in folder: String, environment: [String: String]) throws(Failure) -> WrittenList {
        var placed = entries.map { PlacedEntry($0, in: folder) }
        // Whether a list may have a reference does not depend on where its file goes.
        let check = try ListEntryCheck(folder: folder, environment: environment)
        placed = placed.map { $0.checked { model throws(Failure) in _ = try check.name(of: model) } }
        placed = Self.withoutRepeatedTargets(placed)
        let outside = placed.compactMap { $0.outside(folder) }
        var settings = ModelList.Settings()
        let isAllOutside = !outside.isEmpty && outside.count == placed.count { $0.hasPlace }
        // For a few places elsewhere, `sync` would refuse the whole list.
        if !isAllOutside { placed = placed.map { $0.inside(folder) } }
        if isAllOutside, let common = Self.common(outside), let path = try? ListPath(common, isOutsideAllowed: true) {
            settings.directory = path
        }
        placed = placed.map { $0.relative(to: folder, settings.directory.text) }
        let last = try ListEntryCheck(
            folder: folder, settings: settings, isOutsideAllowed: isAllOutside, environment: environment)
        var names: [String: Int] = [:]
        placed = placed.map { entry in
            entry.checked { (model: inout ListedModel) throws(Failure) in
                // Without a name the reference is the name, and a list has each name once.
                let name = try last.name(of: model)
                names[name, default: 0] += 1
                if let count = names[name], count > 1 { model.name = ListedText("\(name) \(count)", line: 0) }
            }
        }
        return WrittenList(placed, settings, isOutside: isAllOutside)
    }

    /// The second and later models with the same target are comments: `sync` refuses a list with two.
    private static func withoutRepeatedTargets(_ entries: [PlacedEntry]) -> [PlacedEntry] {
        var firsts: [String: String] = [:]
        return entries.map { entry in
            guard let target = entry.target, let shown = entry.shown else { return entry }
            if let first = firsts[target] { return entry.refused("it would be the same file as \(first)") }
            firsts[target] = shown
            return entry
        }
    }

    /// The folder that all of them are in or are.
    private static func common(_ directories: [String]) -> String? {
        guard var common = directories.first else { return nil }
        for directory in directories {
            while directory != common, ListPlaces.rest(directory, below: common) == nil { common = Path.parent(common) }
        }
        return common
    }
}
