import FetchTypes
import ListSync
import ModelList
import Storage

/// An entry of an imported list on its way into a file: a model that a list may have, or a comment.
struct PlacedEntry {
    enum Content {
        case model(ListedModel)
        case comment(String)
    }

    private(set) var content: Content
    /// What a person sees above a model.
    let note: String?
    /// Where the file goes, absolute; nil for a comment and for what goes to the cache of huggingface_hub.
    private var directory: String?

    /// - Parameter folder: where the list is to stand, absolute.
    init(_ entry: ImportedList.Entry, in folder: String) {
        guard case .model(var model, let directory, let out, let note) = entry else {
            if case .comment(let words) = entry { content = .comment(words.withoutSigningQueries) } else { content = .comment("") }
            self.note = nil
            self.directory = nil
            return
        }
        self.note = note
        self.directory = nil
        var wrong = out ?? ""
        do throws(ListPath.Refusal) {
            if let out { model.out = try ListPath(out) }
            var path: ListPath?
            if let directory {
                wrong = directory
                // What is relative is the list's, and stays in its folder.
                path = try ListPath(directory, isOutsideAllowed: directory.utf8.first == UInt8(ascii: "/"))
            }
            if path != nil || model.layout?.text != "hf-cache" { self.directory = Path.absolute(Path.join(folder, path?.text ?? "")) }
            content = .model(model)
        } catch {
            content = .comment(Self.refused(model, note, "\(wrong): \(error.reason)"))
        }
    }

    /// Whether a list's directory is part of where it goes.
    var hasPlace: Bool { if case .model = content { directory != nil } else { false } }

    /// The directory, where it is not the list's folder or below it.
    func outside(_ folder: String) -> String? {
        guard case .model = content, let directory, directory != folder, ListPlaces.rest(directory, below: folder) == nil else {
            return nil
        }
        return directory
    }

    /// Where its file goes, absolute, where that is certain before a service is asked.
    var target: String? {
        guard case .model(let model) = content, let directory, model.layout == nil else { return nil }
        if let out = model.out { return Path.join(directory, out.text) }
        // A link gives its file the last name of its path.
        guard let link = model.references.first?.text, link.hasPrefix("https://") || link.hasPrefix("http://") else { return nil }
        let path = link.prefix { !"?#".contains($0) }.split(separator: "/")
        guard path.count > 2, let name = path.last, name.contains(".") else { return nil }
        return Path.join(directory, String(name))
    }

    /// How a comment names it; nil for a comment.
    var shown: String? {
        guard case .model(let model) = content, let reference = model.references.first else { return nil }
        return reference.text + (note.map { " (\($0))" } ?? "")
    }

    /// The same; a comment where its directory is not the list's folder or below it.
    func inside(_ folder: String) -> PlacedEntry {
        outside(folder).map { refused("\($0) is not below the list's folder") } ?? self
    }

    /// A comment in its place.
    /// - Parameter why: a clause.
    func refused(_ why: String) -> PlacedEntry {
        guard case .model(let model) = content else { return self }
        var entry = self
        entry.content = .comment(Self.refused(model, note, why))
        return entry
    }

    /// The same after a check, which may change the model; a comment where it is refused.
    func checked(_ check: (inout ListedModel) throws(Failure) -> Void) -> PlacedEntry {
        guard case .model(var model) = content else { return self }
        var entry = self
        do throws(Failure) {
            try check(&model)
            entry.content = .model(model)
        } catch {
            entry.content = .comment(Self.refused(model, note, error.why ?? error.message))
        }
        return entry
    }

    /// The same with its directory as the list says it.
    /// - Parameter base: the list's directory; empty for its folder.
    func relative(to folder: String, _ base: String) -> PlacedEntry {
        guard case .model(var model) = content, let directory else { return self }
        let base = base.isEmpty ? folder : base
        var entry = self
        if directory != base {
            model.directory = try? ListPath(ListPlaces.rest(directory, below: base) ?? directory, isOutsideAllowed: true)
        }
        entry.content = .model(model)
        return entry
    }

    private static func refused(_ model: ListedModel, _ note: String?, _ why: String) -> String {
        let reason = why.hasSuffix(".") ? String(why.dropLast()) : why
        let place = (note ?? (model.line > 0 ? "line \(model.line)" : nil)).map { " (\($0))" } ?? ""
        return "Not in this list: \(model.references[0].text)\(place): \(reason)".withoutSigningQueries
    }
}
