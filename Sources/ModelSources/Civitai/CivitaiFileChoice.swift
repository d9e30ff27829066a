internal import FetchTypes
internal import ModelReference

/// Which files of a version are wanted, and what each is called.
struct CivitaiFileChoice {
    /// A file and its name in this version, which no other file of the version has.
    struct Named: Sendable {
        var file: CivitaiFile
        var name: String
    }

    let files: [Named]
    /// How the version is called in messages.
    let subject: String

    /// - Parameter version: its number, for files without a name.
    init(_ files: [CivitaiFile], subject: String, version: Int = 0) {
        self.files = zip(files, Self.names(files, version: version)).map { Named(file: $0, name: $1) }
        self.subject = subject
    }

    /// - Parameter filters: the query of a pasted download link (`type`, `format`, `size`, `fp`, `quantType`).
    /// - Throws: ``Failure`` 66 with the list when nothing matches.
    func choose(fileID: Int?, filters: [String: String], selection: FileSelection) throws(Failure) -> [Named] {
        let takesAll = selection.file?.lowercased() == "all" && fileID == nil
        var candidates = files
        if let fileID { candidates = candidates.filter { $0.file.id == fileID } }
        if let wanted = selection.file, wanted.lowercased() != "all" { candidates = Self.called(wanted, in: candidates) }

        // An option wins over what a pasted link says; a file's number says all that its filters do.
        let pasted = fileID == nil && !takesAll ? filters : [:]
        let asked = CivitaiTrait.allCases.compactMap { trait -> (trait: CivitaiTrait, value: String)? in
            (trait.option(selection) ?? pasted[trait.rawValue]).map { (trait, $0) }
        }
        let matching = candidates.filter { candidate in asked.allSatisfy { $0.trait.matches(candidate.file, $0.value) } }
        if takesAll, !matching.isEmpty { return matching }
        if let best = Self.preferred(matching) { return [best] }
        // CivitAI itself lets a filter pass where the file does not say: a link that was pasted means that.
        if CivitaiTrait.allCases.allSatisfy({ $0.option(selection) == nil }) {
            let silent = candidates.filter { candidate in
                asked.allSatisfy { $0.trait.value(candidate.file) == nil || $0.trait.matches(candidate.file, $0.value) }
            }
            if let best = Self.preferred(silent) { return [best] }
        }
        throw Failure(
            .notFound, "no file of \(subject) is what was asked for.", why: "it has: " + list,
            hint: "pick one with --file and its number or name, or --file all.")
    }

    /// The file that is nearest to a pasted link's filters, as CivitAI's own choice has it; none of another type than they name.
    func nearest(_ filters: [String: String]) -> Named? {
        let weights: [(CivitaiTrait, String, Double)] = [
            (.format, "SafeTensor", 100), (.size, "pruned", 10), (.fp, "fp16", 1), (.quant, "Q4_K_M", 0.5),
        ]
        func score(_ named: Named) -> Double {
            weights.reduce(named.file.isPrimary ? 0.25 : 0) { sum, weight in
                sum + (weight.0.matches(named.file, filters[weight.0.rawValue] ?? weight.1) ? weight.2 : -weight.2)
            }
        }
        var typed = files.filter { named in filters["type"].map { CivitaiTrait.type.matches(named.file, $0) } ?? true }
        // What was a pruned model once is a model now.
        if typed.isEmpty, let type = filters["type"], Self.isModel(type) { typed = files.filter { Self.isModel($0.file.type ?? "") } }
        let proper = typed.filter { filters["type"] != nil || Self.modelTypes.contains($0.file.type ?? "") }
        // The first of several alike.
        return (proper.isEmpty ? typed : proper).max { score($0) < score($1) }
    }

    /// The files in one line, at most eight.
    var list: String {
        files.prefix(8).map { named in
            let traits = [CivitaiTrait.format, .size, .fp, .quant].compactMap { $0.value(named.file) }.joined(separator: " ")
            let id = named.file.id.map { "\($0) " } ?? ""
            return "\(id)\(named.name)" + (traits.isEmpty ? "" : " (\(traits))")
        }.joined(separator: "; ") + (files.count > 8 ? "; …" : "")
    }

    /// The primary file, else the first model proper, else the first.
    private static func preferred(_ candidates: [Named]) -> Named? {
        candidates.first { $0.file.isPrimary } ?? candidates.first { modelTypes.contains($0.file.type ?? "") } ?? candidates.first
    }

    private static let modelTypes: Set<String> = ["Model", "Pruned Model", "UNet", "Diffusion Model"]
    private static func isModel(_ type: String) -> Bool { modelTypes.contains { $0.lowercased() == type.lowercased() } }

    /// The file that holds the same as a pickle without being one: of its size and precision where there is one.
    func safetensors(for pickle: CivitaiFile) -> Named? {
        func distance(_ named: Named) -> Int {
            [CivitaiTrait.size, .fp].count { $0.value(named.file) != $0.value(pickle) } * 2 + (named.file.isPrimary ? 0 : 1)
        }
        let safe = files.filter { $0.file.format?.lowercased() == "safetensor" && $0.file.type == pickle.type }
        return safe.min { distance($0) < distance($1) }
    }

    /// By number; by the name here or at CivitAI; by either name whatever the case.
    private static func called(_ wanted: String, in candidates: [Named]) -> [Named] {
        if let id = Int(wanted) {
            let numbered = candidates.filter { $0.file.id == id }
            if !numbered.isEmpty { return numbered }
        }
        let exact = candidates.filter { $0.name == wanted }
        if !exact.isEmpty { return exact }
        let named = candidates.filter { $0.file.name == wanted }
        if !named.isEmpty { return named }
        let lower = wanted.lowercased()
        return candidates.filter { $0.name.lowercased() == lower || $0.file.name.lowercased() == lower }
    }

    /// Every file's name, none twice: of files that share one the primary keeps it, the others get what sets
    /// them apart (precision, size, quantisation, else their number) before the extension.
    static func names(_ files: [CivitaiFile], version: Int = 0) -> [String] {
        var names = files.map { plain($0, version) }
        var taken = Set(names)
        let groups = Dictionary(grouping: files.indices) { names[$0] }
        for (name, members) in groups.sorted(by: { $0.key < $1.key }) where members.count > 1 {
            let plain = members.first { files[$0].isPrimary }
            // By number, so that the order of the answer does not matter.
            for index in members.sorted(by: { (files[$0].id ?? .max, $0) < (files[$1].id ?? .max, $1) }) where index != plain {
                let marks = [CivitaiTrait.fp, .size, .quant].compactMap { trait -> String? in
                    guard let mark = trait.value(files[index]), !mark.isEmpty else { return nil }
                    return members.contains { $0 != index && trait.value(files[$0]) == mark } ? nil : mark
                }
                let numbered = files[index].id.map(String.init) ?? "file\(index + 1)"
                let chosen =
                    (marks + [numbered]).map { marked(name, $0) }.first { !taken.contains($0) } ?? marked(name, "\(numbered).\(index + 1)")
                taken.insert(chosen)
                names[index] = chosen
            }
        }
        return names
    }

    /// A file's own name without what cannot be in one, so that two that come to the same are seen here; without any, one that
    /// is made of the numbers.
    private static func plain(_ file: CivitaiFile, _ version: Int) -> String {
        let last = file.name.unicodeScalars.split(separator: "/").last.map { bare(String($0)) } ?? ""
        guard !last.contains(where: { $0 != "." && $0 != "_" }) else { return last }
        let endings = ["safetensor": "safetensors", "pickletensor": "ckpt", "gguf": "gguf", "onnx": "onnx"]
        let ending = endings[file.format?.lowercased() ?? ""].map { "." + $0 } ?? ""
        return ["civitai", "\(version)", file.id.map(String.init)].compactMap(\.self).joined(separator: "-") + ending
    }

    /// Without separators and control characters, nor dots and spaces at the end.
    private static func bare(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar == "/" || scalar == "\\" ? "_" : scalar
        }
        var rest = Substring(String(String.UnicodeScalarView(scalars)))
        while rest.last == " " || rest.last == "." { rest.removeLast() }
        return String(rest.drop { $0 == " " })
    }

    private static func marked(_ name: String, _ mark: String) -> String {
        let mark = bare(mark)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(name).\(mark)" }
        return "\(name[..<dot]).\(mark)\(name[dot...])"
    }
}
