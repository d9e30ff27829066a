package import FetchTypes
import ModelList
import ModelReference
import ModelSources
import Storage

/// The entries of an aria2 input file as models of a list.
package enum InputFileImport {
    /// - Throws: ``Failure`` with exit code 64 that names the line.
    package static func entries(_ text: String, _ path: String) throws(Failure) -> [ImportedList.Entry] {
        let entries: [InputEntry]
        do throws(Failure) { entries = try InputFile.parse(text) } catch {
            var failure = error
            failure.message = "\(path): \(failure.message)"
            throw failure
        }
        return entries.map(model)
    }

    private static func model(_ entry: InputEntry) -> ImportedList.Entry {
        var model = ListedModel(line: entry.line)
        model.references = [ListedText(entry.references[0].withoutSigningQueries, line: entry.line)]
        model.mirror = entry.references.dropFirst().map { ListedText($0.withoutSigningQueries, line: entry.line) }
        var (directory, out): (String?, String?) = (nil, nil)
        var left: [String] = []
        for option in entry.options {
            let text = ListedText(option.value.withoutSigningQueries, line: option.line)
            switch option.name {
            case "dir": directory = option.value
            case "out": out = option.value
            case "sha256", "checksum":
                // aria2's `checksum=` names other algorithms too, which a list does not have.
                let hex = option.name == "sha256" ? option.value : option.value.lowercased().rest(behind: "sha-256=")
                let digest = hex.flatMap { PublishedDigest(.sha256, hex: $0) }
                if let digest { model.sha256 = digest.hex } else { left.append(option.name) }
            case "revision" where model.references[0].text.hasPrefix("hf:") && !model.references[0].text.contains("@"):
                model.references[0].text += "@" + option.value.replacing("/", with: "%2F")
            case "any-of": model.references.append(text)
            case "mirror": model.mirror.append(text)
            case "include": model.include.append(text)
            case "exclude": model.exclude.append(text)
            case "sidecar": model.sidecar.append(text)
            case "type": model.type = text
            case "layout": model.layout = text
            case "file": model.file = option.value
            case "format": model.format = option.value
            case "fp": model.fp = option.value
            case "size": model.size = option.value
            case "quant": model.quant = option.value
            case "optional" where ["true", "false"].contains(option.value): model.isOptional = option.value == "true"
            default: left.append(option.name)
            }
        }
        if [directory, out].contains(where: { $0.map(ImportedText.hasVariable) ?? false }) {
            return .comment("Not in this list: \(model.references[0].text), line \(entry.line): its place has a variable of a shell")
        }
        let note = left.isEmpty ? nil : "left out of line \(entry.line): \(left.joined(separator: ", "))"
        guard let name = out, name.contains("/") else { return .model(model, directory: directory, out: out, note: note) }
        let whole = name.hasPrefix("/") ? name : Path.join(directory ?? ".", name)
        let folder = Path.parent(whole)
        return .model(model, directory: folder == "." ? nil : folder, out: Path.name(whole), note: note)
    }
}

extension String {
    /// What follows a beginning; nil where it begins otherwise.
    fileprivate func rest(behind head: String) -> String? { hasPrefix(head) ? String(dropFirst(head.utf8.count)) : nil }
}
