package import FetchTypes

/// One quantisation of one model in a GGUF repo, with all its splits.
package struct Quantisation: Sendable, Equatable {
    /// As the files write it: `Q4_K_M`.
    package let name: String
    /// In the splits' order.
    package let paths: [String]
    /// Of all files, in bytes; nil when one's is not known.
    package let size: Int64?
    /// How many files it should have, by their names.
    package let count: Int

    /// Whether a split is missing in the repo.
    package var isIncomplete: Bool { paths.count < count }
}

/// The quantisations of a GGUF repo, and which files a tag means. Pure.
package struct QuantisationTable: Sendable {
    /// By size; those of one name side by side.
    package let variants: [Quantisation]
    private let projectors: [(path: String, name: GGUFName)]
    private let models: [String: GGUFName]

    private struct Key: Hashable {
        var folder: String
        var stem: String
        var name: String
        var parts: Int?
    }

    /// - Parameter files: paths with their sizes in bytes; what is no GGUF file is passed over.
    package init(_ files: [(path: String, size: Int64?)]) {
        var groups: [Key: [(path: String, size: Int64?, name: GGUFName)]] = [:]
        var projectors: [(path: String, name: GGUFName)] = []
        var models: [String: GGUFName] = [:]
        for (path, size) in files {
            guard let name = GGUFName(path: path) else { continue }
            switch name.role {
            case .accessory: continue
            case .projector: projectors.append((path, name))
            case .model:
                guard let quantisation = name.quantisation else { continue }
                models[path] = name
                let key = Key(folder: name.folder, stem: name.stem, name: quantisation.lowercased(), parts: name.parts)
                groups[key, default: []].append((path, size, name))
            }
        }
        self.projectors = projectors.sorted { $0.path < $1.path }
        self.models = models
        variants = groups.map { key, members in
            let members = members.sorted { ($0.name.part ?? 0, $0.path) < ($1.name.part ?? 0, $1.path) }
            let sizes = members.map(\.size)
            return Quantisation(
                name: members[0].name.quantisation ?? key.name, paths: members.map(\.path),
                size: sizes.contains(nil) ? nil : sizes.compactMap(\.self).map { ByteCount(clamping: $0) }.total.bytes,
                count: max(members.count, key.parts ?? 1))
        }.sorted { ($0.size ?? .max, $0.name, $0.paths[0]) < ($1.size ?? .max, $1.name, $1.paths[0]) }
    }

    /// The quantisations that a tag means: without case, the whole name; `i1-`, which some repos put before it, may be typed.
    package func variants(of tag: String) -> [Quantisation] {
        let wanted = tag.lowercased()
        let bare = wanted.hasPrefix("i1-") ? String(wanted.dropFirst(3)) : wanted
        return variants.filter { $0.name.lowercased() == bare }
    }

    /// The projector that goes with a quantisation: of those in its folder or above it, the nearest folder's, then the nearest in
    /// precision, as llama.cpp chooses.
    package func projector(of variant: Quantisation) -> String? {
        guard let model = models[variant.paths[0]] else { return nil }
        let fitting = projectors.filter {
            $0.name.folder.isEmpty || model.folder == $0.name.folder || model.folder.hasPrefix($0.name.folder + "/")
        }
        // Two of one precision (F16, BF16) are told apart by name.
        func distance(_ name: GGUFName) -> Int {
            2 * abs(name.bits - model.bits) + (name.quantisation?.lowercased() == model.quantisation?.lowercased() ? 0 : 1)
        }
        return fitting.min {
            ($1.name.folder.utf8.count, distance($0.name), $0.path) < ($0.name.folder.utf8.count, distance($1.name), $1.path)
        }?.path
    }

    /// The files that a tag means.
    /// - Parameters:
    ///   - projector: whether the projector comes too; nil: where there is one.
    ///   - repo: for messages.
    /// - Throws: ``Failure``: 66 when there is no such quantisation or projector, 64 when there are several.
    package func paths(_ tag: String, projector wantsProjector: Bool?, of repo: String) throws(Failure) -> Set<String> {
        let found = variants(of: tag)
        guard let variant = found.first else { throw missing(tag, repo) }
        guard found.count == 1 else {
            throw Failure(
                .usage, "\(repo) has \(found.count) models in the quantisation \(variant.name).",
                why: "they are: " + Self.listed(found.map { "\($0.paths[0]) (\(Self.sized($0)))" }),
                hint: Self.choice(of: variant, repo))
        }
        guard !variant.isIncomplete else {
            throw Failure(
                .notFound, "\(repo) has \(variant.paths.count) of the \(variant.count) files of \(variant.name).",
                why: "the first that is there is \(variant.paths[0]).",
                hint: names.isEmpty
                    ? "fetch what is there with: fetchctl add hf:\(repo); no quantisation of it is whole."
                    : "choose another quantisation: \(Self.listed(names)).")
        }
        var paths = Set(variant.paths)
        if wantsProjector != false {
            let path = projector(of: variant)
            if path == nil, wantsProjector == true {
                throw Failure(
                    .notFound, "\(repo) has no projector for \(variant.name).", why: "no file beside it has mmproj in its name.",
                    hint: "omit --mmproj.")
            }
            if let path { paths.insert(path) }
        }
        return paths
    }

    /// What gets one of several models, with all its splits.
    private static func choice(of variant: Quantisation, _ repo: String) -> String {
        guard variant.paths.count > 1, let first = variant.paths.first, let number = first.ranges(of: "-00001-of-").last else {
            return "name one by its path, for example: hf:\(repo)/\(variant.paths[0])"
        }
        let pattern = first[..<number.lowerBound] + "-*-of-" + first[number.upperBound...]
        return "name all files of one, for example: fetchctl add hf:\(repo) --include '\(pattern)'"
    }

    private func missing(_ tag: String, _ repo: String) -> Failure {
        guard !variants.isEmpty else {
            return Failure(
                .notFound, "\(repo) has no quantisation \(tag).", why: "none of its files is a GGUF file with a quantisation in its name.",
                hint: "see its files with: fetchctl info hf:\(repo)")
        }
        guard !names.isEmpty else {
            return Failure(
                .notFound, "\(repo) has no quantisation \(tag).", why: "files are missing of each that it has.",
                hint: "see what is there with: fetchctl info hf:\(repo)")
        }
        return Failure(
            .notFound, "\(repo) has no quantisation \(tag).", why: "it has: " + Self.listed(names, most: 40),
            hint: "for example: fetchctl add hf:\(repo):\(example)")
    }

    /// One of the middle that means one model, where there is such a one.
    private var example: String {
        let alone = names.filter { variants(of: $0).count == 1 }
        return alone.isEmpty ? names[names.count / 2] : alone[alone.count / 2]
    }

    /// Each whole one once, by size: what may be offered.
    private var names: [String] {
        var seen: Set<String> = []
        let whole = variants.filter { !$0.isIncomplete }.map(\.name)
        return whole.filter { variants(of: $0).allSatisfy { !$0.isIncomplete } && seen.insert($0.lowercased()).inserted }
    }

    private static func sized(_ variant: Quantisation) -> String { variant.size.map(ByteSize.text) ?? "unknown size" }

    private static func listed(_ words: [String], most: Int = 8) -> String {
        words.prefix(most).joined(separator: ", ") + (words.count > most ? ", …" : "")
    }
}
