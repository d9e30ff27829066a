import DropIns
import FetchTypes
import ModelList
package import Notebook
import Storage

/// The download lines of notebooks, shell scripts and Dockerfiles as models of a list.
package enum ScriptImport {
    package static func entries(_ conversion: FileConversion) -> [ImportedList.Entry] {
        var told: Set<String> = []
        var entries: [ImportedList.Entry] = []
        // Where the first of the alternatives is that `||` joins.
        var firsts: [String: Int] = [:]
        for found in conversion.downloads {
            let place = found.cell > 0 ? "cell \(found.cell), line \(found.line)" : "line \(found.line)"
            guard let downloads = found.downloads, !downloads.isEmpty, !downloads.contains(where: hasVariable) else {
                let why = found.why.map { ": \($0)" } ?? ""
                entries.append(.comment("Not known before it runs, \(place): \(found.text)\(why)"))
                continue
            }
            let own = downloads.map { entry($0, found, place) }
            let chain = found.chain.map { "\(found.cell) \($0)" }
            guard found.isFallback, let chain else {
                if let chain { firsts[chain] = entries.count }
                entries += own
                continue
            }
            guard own.count == 1, let first = firsts[chain], let merged = entries[first].adding(alternative: own[0]) else {
                entries.append(.comment("Fetched only where the one before it fails, and to another place, \(place): \(found.text)"))
                continue
            }
            entries[first] = merged
        }
        // Of a function with several tools, a call's line is told once.
        return entries.filter { entry in
            if case .comment(let words) = entry { told.insert(words).inserted } else { true }
        }
    }

    /// `$P` that came through as it is: where the line runs it is something else.
    private static func hasVariable(_ download: DropInDownload) -> Bool {
        var texts = [download.reference, download.directory ?? ""] + download.mirrors
        if case .fixed(let path) = download.name { texts.append(path) }
        return texts.contains(where: ImportedText.hasVariable)
    }

    private static func entry(_ download: DropInDownload, _ found: ScriptDownload, _ place: String) -> ImportedList.Entry {
        var (directory, out) = (download.directory, String?.none)
        switch download.name {
        case .fixed(let path):
            let whole = path.hasPrefix("/") || directory == nil ? path : Path.join(directory ?? ".", path)
            let folder = Path.parent(whole)
            (directory, out) = (folder == "." ? nil : folder, Path.name(whole))
        case .byRule(.typed(let name)): out = name
        case .byRule: break
        }
        let (model, note) = model(download, place)
        // The cache of huggingface_hub is the same from every folder.
        guard download.layout != "hf-cache" || directory != nil else { return .model(model, directory: nil, out: out, note: note) }
        switch found.folder.entering(directory ?? "") {
        case .known(let path): return .model(model, directory: path.isEmpty ? nil : path, out: out, note: note)
        case .unknown(let why): return .comment("The folder is not certain, \(place): \(found.text): \(why)")
        }
    }

    /// The model without its place, and what a person sees above it.
    private static func model(_ download: DropInDownload, _ place: String) -> (ListedModel, note: String) {
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
            let exact = revision.hasPrefix("refs/") ? revision : revision.replacing("/", with: "%2F")
            model.references = [ListedText(reference + "@" + exact, line: 0)]
        }
        var notes = [place]
        if holdsMore(download.reference, than: reference) { notes.append("its token or signature is left out") }
        if !download.headers.isEmpty { notes.append("its headers are left out") }
        if let digest = download.digest, digest.algorithm != .sha256 {
            notes.append("its \(digest.algorithm.rawValue) \(digest.hex) is left out, a list has SHA-256 only")
        }
        return (model, notes.joined(separator: "; "))
    }

    /// Whether a link has more than its shown form, but for a fragment, which no server gets.
    private static func holdsMore(_ link: String, than shown: String) -> Bool {
        let whole = WebURL(link)?.string ?? link
        guard whole != shown else { return false }
        return whole.prefix { $0 != "#" } != shown.prefix { $0 != "#" } || whole.withoutSigningQueries != whole
    }

    private static func shown(_ reference: String) -> String {
        guard let url = WebURL(reference) else { return reference.withoutSigningQueries }
        return url.removingQueryItems(["token", "access_token", "key", "api_key"]).string.withoutSigningQueries
    }
}
