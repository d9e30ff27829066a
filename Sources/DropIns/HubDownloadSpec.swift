import FetchTypes

/// Which files of which repo a line of huggingface_hub's commands names.
struct HubDownloadSpec {
    /// `models`, `datasets` or `spaces`.
    private var type = "models"
    private var repo: String
    private var revision: String?
    /// Paths in the repo; one that ends in a slash is a folder.
    private var files: [String] = []
    private var include: [String] = []
    private var exclude: [String] = []
    private var warnings: [String] = []

    /// A file that is asked for by its name, and that must be there.
    var isOneFile: Bool { file != nil }

    /// Its path in the repo.
    var file: String? { files.count == 1 && !files[0].hasSuffix("/") ? files[0] : nil }

    /// - Parameters:
    ///   - id: `name`, `org/name`.
    ///   - type: `model`, `dataset` or `space`; nil: a model.
    init(plain id: String, type: String?, revision: String?) throws(LineRefusal) {
        let types = ["model": "models", "dataset": "datasets", "space": "spaces"]
        guard let type = types[type ?? "model"] else { throw LineRefusal("--repo-type is one of model, dataset, space", code: 2) }
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts.contains(where: \.isEmpty), !id.contains(where: { "@:?#%".contains($0) || $0.isWhitespace }) else {
            throw LineRefusal("a repo is named as name or org/name, not \(id)", code: 1)
        }
        (self.type, repo, self.revision) = (type, id, revision.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The same, or with the type in front (`datasets/org/name`), or a whole `hf://` reference.
    init(typed id: String, type: String?, revision: String?) throws(LineRefusal) {
        guard !id.hasPrefix("hf://") else {
            guard type == nil, revision == nil else {
                throw LineRefusal("--repo-type and --revision cannot be used with an hf:// reference", code: 1)
            }
            try self.init(uri: id.dropFirst(5))
            return
        }
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let prefix = parts.first, let named = Self.singular(prefix) else {
            try self.init(plain: id, type: type, revision: revision)
            return
        }
        guard type == nil else { throw LineRefusal("the repo's type is in front of its name and behind --repo-type", code: 2) }
        try self.init(plain: parts.dropFirst().joined(separator: "/"), type: named, revision: revision)
    }

    /// `[models|datasets|spaces/]org/name[@REV][/path]`; a revision `refs/pr/N` or `refs/convert/X` is taken whole.
    private init(uri: Substring) throws(LineRefusal) {
        var parts = uri.split(separator: "/", omittingEmptySubsequences: false)[...]
        if parts.first == "buckets" { throw LineRefusal("a bucket is not downloaded by hf download", code: 1) }
        let type = parts.first.flatMap(Self.singular)
        if type != nil { parts.removeFirst() }
        let count = parts.first?.contains("@") == true ? 1 : 2
        let name = parts.prefix(count).joined(separator: "/")
        parts = parts.dropFirst(count)
        var revision: String?
        if let at = name.firstIndex(of: "@") {
            var named = String(name[name.index(after: at)...])
            if named == "refs", parts.count >= 2 {
                named += "/" + parts.prefix(2).joined(separator: "/")
                parts = parts.dropFirst(2)
            }
            revision = named.percentDecoded ?? named
        }
        try self.init(plain: String(name.prefix { $0 != "@" }), type: type, revision: revision)
        let path = parts.joined(separator: "/")
        if !path.isEmpty { files = [path] }
    }

    private static func singular(_ prefix: Substring) -> String? {
        ["models": "model", "datasets": "dataset", "spaces": "space"][String(prefix)]
    }

    mutating func add(files names: [String]) throws(LineRefusal) {
        guard files.isEmpty || names.isEmpty else {
            throw LineRefusal("a file is in the hf:// reference and others behind it", code: 1)
        }
        files += names.map { name in
            let parts = name.split(separator: "/").filter { $0 != "." }
            return parts.joined(separator: "/") + (name.hasSuffix("/") ? "/" : "")
        }
    }

    /// - Parameter takesFolders: whether a file's name that ends in a slash is a folder, as since version 1.
    mutating func choose(include: [String], exclude: [String], takesFolders: Bool) throws(LineRefusal) {
        if takesFolders, let folder = files.first(where: { $0.hasSuffix("/") }), !include.isEmpty || !exclude.isEmpty {
            throw LineRefusal("the folder \(folder) cannot be combined with --include and --exclude", code: 1)
        }
        guard files.isEmpty else {
            let ignored = [include.isEmpty ? nil : "--include", exclude.isEmpty ? nil : "--exclude"].compactMap(\.self)
            if !ignored.isEmpty { warnings.append("\(ignored.joined(separator: " and ")) changes nothing where files are named.") }
            return
        }
        (self.include, self.exclude) = (include, exclude)
    }

    /// - Parameters:
    ///   - local: the folder for `--local-dir`; nil: the cache, at `cache` or where it is.
    ///   - workers: how many files at once, as typed.
    ///   - retries: further tries to learn of a single file; of a repo there are none.
    func job(local: String?, cache: String?, workers: String?, token: String?, retries: Int) throws(LineRefusal) -> DropInJob {
        var download = DropInDownload(
            reference, directory: local.map { $0.isEmpty ? "." : $0 } ?? cache, name: .byRule(.published), existing: .renew)
        download.layout = local == nil ? "hf-cache" : "hf-local"
        download.takesKept = true
        download.namesOneFile = isOneFile
        if !isOneFile {
            download.allowsNothing = true
            download.include = files.isEmpty ? include : files.map { $0.hasSuffix("/") ? $0 + "*" : $0 }
            download.exclude = exclude
        }
        var job = DropInJob([download])
        if let workers {
            guard let count = Int(digits: workers.first == "-" ? workers.dropFirst() : workers[...]) else {
                throw LineRefusal("--max-workers \(workers) is no whole number", code: 2)
            }
            guard count > 0 && workers.first != "-" || isOneFile else { throw LineRefusal("--max-workers must be greater than 0", code: 1) }
            job.jobs = max(1, min(256, count))
        }
        job.askingRetries = isOneFile ? retries : 0
        job.hubToken = token.flatMap { Secret(trimming: $0) }
        job.warnings = warnings
        return job
    }

    /// As `add` takes it.
    private var reference: String {
        let prefix = type == "models" ? "" : type + "/"
        // A file of a repo with a one-word name is told from a repo by the revision.
        let revision = revision ?? (isOneFile && !repo.contains("/") ? "main" : nil)
        return "hf:\(prefix)\(repo)" + (revision.map { "@" + Self.typed(revision: $0) } ?? "")
            + (isOneFile ? "/" + Self.typed(files[0]) : "")
    }

    private static func typed(revision: String) -> String {
        let isRef = revision.hasPrefix("refs/pr/") || revision.hasPrefix("refs/convert/")
        return revision.percentEncoded(keeping: isRef ? "/" : "")
    }

    private static func typed(_ path: String) -> String {
        path.map { $0.isASCII ? String($0).percentEncoded(keeping: "/+@=,:") : String($0) }.joined()
    }
}

/// What a tool says instead of doing what its line says.
struct LineRefusal: Error {
    let words: String
    let code: Int32

    init(_ words: String, code: Int32) { (self.words, self.code) = (words, code) }
}
