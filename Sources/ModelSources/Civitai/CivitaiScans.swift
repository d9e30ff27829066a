internal import FetchTypes

/// What CivitAI's scans, and the kind of a file, say about opening it.
struct CivitaiScans {
    let context: SourceContext

    /// - Throws: ``Failure`` when a scan failed and the user has not accepted that.
    func check(_ named: CivitaiFileChoice.Named, _ choice: CivitaiFileChoice) throws(Failure) {
        let file = named.file
        let scans = [("virus", file.virusScan), ("pickle", file.pickleScan)]
        for (scan, result) in scans {
            switch result?.lowercased() {
            case "danger" where !context.selection.allowsUnsafe:
                throw Failure(
                    .notAModel, "CivitAI's \(scan) scan calls \(named.name) dangerous.", why: "it may harm this machine when it is opened.",
                    hint: (choice.files.count > 1 ? "choose another file (\(choice.list)), or " : "")
                        + "accept the risk with --allow-unsafe.")
            case "danger": context.warn("unsafe", "CivitAI's \(scan) scan calls \(named.name) dangerous; fetched all the same, as asked.")
            case "pending": context.warn("scan_pending", "CivitAI has not finished its \(scan) scan of \(named.name).")
            case "error": context.warn("scan_failed", "CivitAI's \(scan) scan of \(named.name) did not work.")
            default: break
            }
        }
        if file.isPickle {
            let way = choice.safetensors(for: file).map { named in
                let differs = [CivitaiTrait.size, .fp].filter { $0.value(named.file) != $0.value(file) }.compactMap { $0.value(named.file) }
                return "; as safetensors" + (differs.isEmpty ? "" : " (\(differs.joined(separator: " ")))")
                    + ": --file \(named.file.id.map(String.init) ?? named.name)"
            }
            context.warn("pickle", "\(named.name) is a pickle, which can run code when it is loaded" + (way ?? ""))
        }
    }
}
