import ModelList

extension ImportedList.Entry {
    /// The model with one more reference, which is tried where the others fail.
    /// - Returns: nil where both are not the same file at the same place, by all that a list says of them.
    func adding(alternative other: ImportedList.Entry) -> ImportedList.Entry? {
        guard case .model(var model, let directory, let out, let note) = self,
            case .model(let second, let otherDirectory, _, let otherNote) = other, directory == otherDirectory,
            let target = PlacedEntry(self, in: "/").target, target == PlacedEntry(other, in: "/").target,
            Self.terms(model) == Self.terms(second)
        else { return nil }
        model.references += second.references.filter { new in !model.references.contains { $0.text == new.text } }
        let notes = [note, otherNote].compactMap(\.self)
        let shown = notes.first == notes.last ? notes.first : notes.joined(separator: "; else ")
        // A link may have another name at its end than the file that it was asked for.
        let name = out ?? target.split(separator: "/").last.map(String.init)
        return .model(model, directory: directory, out: name, note: shown)
    }

    /// What a list says of a model besides where it comes from and goes to.
    private static func terms(_ model: ListedModel) -> [String?] {
        let lists: [String?] = [model.include, model.exclude, model.mirror].map { $0.map(\.text).joined(separator: "\n") }
        return lists + [model.layout?.text, model.sha256]
    }
}
