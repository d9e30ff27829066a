import DropIns
import FetchTypes
import ModelList
package import Notebook
import Storage

/// The download lines of notebooks, shell scripts and Dockerfiles as models of a list.
package enum ScriptImport {
    package static func entries(_ conversion: FileConversion) -> [ImportedList.Entry] {
        conversion.downloads.flatMap { found -> [ImportedList.Entry] in
            let place = found.cell > 0 ? "cell \(found.cell), line \(found.line)" : "line \(found.line)"
            guard let downloads = found.downloads, !downloads.isEmpty else {
                return [.comment("Not known before it runs, \(place): \(found.text)")]
            }
            return downloads.map { model($0, place) }
        }
    }

    private static func model(_ download: DropInDownload, _ place: String) -> ImportedList.Entry {
        // What a link holds of a token or a signature is no part of a list.
        var model = ListedModel(line: 0)
        let reference = shown(download.reference)
        model.references = [ListedText(reference, line: 0)]
        model.mirror = download.mirrors.map { ListedText(shown($0), line: 0) }
        model.include = download.include.map { ListedText($0, line: 0) }
        model.exclude = download.exclude.map { ListedText($0, line: 0) }
        if download.digest?.algorithm == .sha256 { model.sha256 = download.digest?.hex }
        model.layout = download.layout.map { ListedText($0, line: 0) }
        if let revision = download.revision, reference.hasPrefix("hf:"), !reference.contains("@") {
            model.references = [ListedText(reference + "@" + revision, line: 0)]
        }
        var notes = [place]
        if reference != download.reference { notes.append("its token or signature is left out") }
        if !download.headers.isEmpty { notes.append("its headers are left out") }
        let note = notes.joined(separator: "; ")
        switch download.name {
        case .fixed(let path):
            let whole = path.hasPrefix("/") || download.directory == nil ? path : Path.join(download.directory ?? ".", path)
            let directory = Path.parent(whole)
            return .model(model, directory: directory == "." ? nil : directory, out: Path.name(whole), note: note)
        case .byRule(.typed(let name)): return .model(model, directory: download.directory, out: name, note: note)
        case .byRule: return .model(model, directory: download.directory, out: nil, note: note)
        }
    }

    private static func shown(_ reference: String) -> String {
        guard let url = WebURL(reference) else { return reference.withoutSigningQueries }
        return url.removingQueryItems(["token", "access_token", "key", "api_key"]).string.withoutSigningQueries
    }
}
