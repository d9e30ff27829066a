import FetchTypes
import ListSync
package import ModelList
import Storage

/// What `fetchctl import` found, and how it is written as a list.
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

    /// How many entries are models.
    package var models: Int {
        entries.count { entry in
            if case .model = entry { true } else { false }
        }
    }

    /// The list as a file.
    /// - Parameter folder: where the list is to stand, absolute.
    package func text(in folder: String) -> String {
        var writer = ListWriter()
        let outside = common(entries.compactMap { Self.outside($0, folder) })
        if let outside {
            writer.comment("The directory is not below this list: sync it with -d DIR, or with --outside.")
            writer.settings(directory: outside)
        }
        var names: [String: Int] = [:]
        var hasText = outside != nil
        for entry in entries {
            switch entry {
            case .comment(let words):
                if hasText { writer.blankLine() }
                writer.comment(words)
            case .model(var model, let directory, let out, let note):
                if let directory, let path = relative(directory, to: folder, outside: outside) {
                    model.directory = try? ListPath(path, isOutsideAllowed: true)
                }
                model.out = out.flatMap { try? ListPath($0) }
                // Without a name the reference is the name, and a list has each name once.
                let reference = model.references[0].text
                names[reference, default: 0] += 1
                if let count = names[reference], count > 1 { model.name = ListedText("\(reference) \(count)", line: 0) }
                if let note {
                    if hasText { writer.blankLine() }
                    writer.comment(note)
                    writer.model(model, isSeparate: false)
                } else {
                    writer.model(model, isSeparate: hasText)
                }
            }
            hasText = true
        }
        return writer.text
    }

    private static func outside(_ entry: Entry, _ folder: String) -> String? {
        guard case .model(_, let directory?, _, _) = entry, directory.hasPrefix("/"), directory != folder,
            ListPlaces.rest(directory, below: folder) == nil
        else { return nil }
        return directory
    }

    /// The folder that all of them are in or are.
    private func common(_ directories: [String]) -> String? {
        guard var common = directories.first else { return nil }
        for directory in directories {
            while directory != common, ListPlaces.rest(directory, below: common) == nil { common = Path.parent(common) }
        }
        return common
    }

    /// What `dir` says; nil for the list's directory itself.
    private func relative(_ directory: String, to folder: String, outside: String?) -> String? {
        guard directory.hasPrefix("/") else {
            let path = (try? ListPath(directory, isOutsideAllowed: true))?.text ?? directory
            guard outside != nil else { return path.isEmpty ? nil : path }
            return Path.absolute(Path.join(folder, path))
        }
        if let outside { return directory == outside ? nil : ListPlaces.rest(directory, below: outside) ?? directory }
        return directory == folder ? nil : ListPlaces.rest(directory, below: folder) ?? directory
    }
}
