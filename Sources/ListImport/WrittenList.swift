import ModelList

/// A list that `fetchctl import` has made, as a file's text.
package struct WrittenList {
    package let text: String
    /// How many models it has.
    package let models: Int

    /// - Parameter isOutside: whether the list's directory is not below the list.
    init(_ entries: [PlacedEntry], _ settings: ModelList.Settings, isOutside: Bool) {
        var writer = ListWriter()
        var models = 0
        if isOutside {
            writer.comment("The directory is not below this list: sync it with -d DIR, or with --outside.")
            if !settings.directory.text.isEmpty { writer.settings(directory: settings.directory.text) }
        }
        var hasText = isOutside
        for entry in entries {
            switch entry.content {
            case .comment(let words):
                if hasText { writer.blankLine() }
                writer.comment(words)
            case .model(let model):
                models += 1
                if let note = entry.note {
                    if hasText { writer.blankLine() }
                    writer.comment(note)
                }
                writer.model(model, isSeparate: hasText && entry.note == nil)
            }
            hasText = true
        }
        text = writer.text
        self.models = models
    }
}
