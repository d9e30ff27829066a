import DropIns
import FetchTypes

/// The words behind `fetchctl add` that say all of what a tool's line says.
struct AddLine {
    /// Who wrote the line.
    enum Origin {
        case shell
        /// A call of Python's: its parameters say what is a link, and it raises where `add` does.
        case call
    }

    let job: DropInJob
    let variables: Variables
    let origin: Origin
    /// Whether the tool makes the file's name of the link.
    var takesNameOfLink = false

    /// - Throws: ``SkipReason`` with what `add` cannot express.
    func words() throws(SkipReason) -> [String] {
        try refuseTerms()
        guard job.list == nil else { throw SkipReason("add reads a list by its own rules") }
        guard job.downloads.count == 1, let download = job.downloads.first else { throw SkipReason("add gives one name to one file") }
        let existing = try existing(download)
        try refuseLink(download)
        guard !download.mirrors.contains(where: variables.holdsVariable) else { throw SkipReason("its mirrors are not known here") }
        var words = [download.reference] + (try place(download))
        for mirror in download.mirrors { words += ["--mirror", mirror] }
        for header in download.headers { words += ["--header", "\(header.name): \(header.value.reveal())"] }
        if let digest = download.digest { words += ["--sha256", digest.hex] }
        if let revision = download.revision { words += ["--revision", revision] }
        for pattern in download.include { words += ["--include", pattern] }
        for pattern in download.exclude { words += ["--exclude", pattern] }
        words += existing
        if let agent = job.userAgent, keeps(agent, for: download.reference) { words += ["--header", "User-Agent: \(agent)"] }
        return words + terms
    }

    // MARK: what add has no word for

    private func refuseTerms() throws(SkipReason) {
        if job.hook != nil { throw SkipReason("it starts a program when the download is done") }
        if job.log != nil { throw SkipReason("it writes a log") }
        if job.proxy != nil || !job.schemeProxies.isEmpty { throw SkipReason("it names a proxy: fetchctl takes that from https_proxy") }
        if job.hubToken != nil { throw SkipReason("it names a token: fetchctl takes that from HF_TOKEN, or from its login") }
        if job.certificateFile != nil { throw SkipReason("it names certificates: fetchctl takes those from SSL_CERT_FILE") }
        if job.acceptsAnyCertificate { throw SkipReason("it does not check certificates") }
        if job.maximumTime != nil || job.connectTimeout != nil || job.retryDelay != nil {
            throw SkipReason("it has time limits of its own")
        }
    }

    /// What a link leads to decides how `add` reads it, so it must be known.
    private func refuseLink(_ download: DropInDownload) throws(SkipReason) {
        guard origin == .shell, !download.isFolder else { return }
        let reference = download.reference
        if reference.hasPrefix("hf:") { throw SkipReason("hf answers from its cache when the Hub cannot be reached") }
        if reference.hasPrefix("gdrive:") {
            if variables.holdsVariable(reference) { throw SkipReason("whether it is a link or an id is not known here") }
            return
        }
        guard let scheme = reference.firstRange(of: "://") else { throw SkipReason("its link is not known here") }
        let host = reference[scheme.upperBound...].prefix { !"/?#".contains($0) }
        if variables.holdsVariable(String(host)) { throw SkipReason("its link is not known here") }
        guard FileLink.isFile(reference) else { throw SkipReason("its link may lead to a page") }
    }

    private func existing(_ download: DropInDownload) throws(SkipReason) -> [String] {
        switch download.existing {
        // With another rule for names of the server's, it does not always overwrite.
        case .overwrite where download.servedFilePolicy == nil: return ["--force"]
        case .renew, .refuse: return []
        case .overwrite, .skip, .number, .carryOn:
            throw SkipReason("a file that is there already is skipped, resumed or kept beside the new one: add refuses it")
        }
    }

    // MARK: where to

    /// `-d DIR -o NAME`, so that the file lands where it did: what is configured for `add` must not change that.
    private func place(_ download: DropInDownload) throws(SkipReason) -> [String] {
        if download.isFolder {
            // Where no folder is asked for, `add` makes one of that name too.
            guard origin == .call, download.directory == nil else { throw SkipReason("it makes a folder named as the one at Google Drive") }
            return []
        }
        if let layout = download.layout { return (download.directory.map { ["-d", $0] } ?? []) + ["--layout", layout] }
        switch download.name {
        case .fixed(let path):
            try refuseName(path, download)
            guard let slash = path.lastIndex(of: "/") else { return ["-d", ".", "-o", path] }
            let folder = String(path[..<slash])
            return ["-d", folder.isEmpty ? "/" : folder, "-o", String(path[path.index(after: slash)...])]
        case .byRule(.published): return ["-d", download.directory ?? "."]
        case .byRule(.typed) where origin == .call && variables.isVariable(download.reference): return ["-d", download.directory ?? "."]
        case .byRule(.typed(let name)) where !variables.holdsVariable(name): return ["-d", download.directory ?? ".", "-o", name]
        case .byRule: throw SkipReason("its name comes from the link or the server")
        }
    }

    private func refuseName(_ path: String, _ download: DropInDownload) throws(SkipReason) {
        let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        guard !name.isEmpty else { throw SkipReason("its file has no name") }
        // A variable of the link may hold a path or a query, of which the name is a part.
        let ofLink = variables.pieces(download.reference).filter { piece in if case .variable = piece { true } else { false } }
        guard !takesNameOfLink || !variables.pieces(path).contains(where: ofLink.contains) else {
            throw SkipReason("its name comes from the link")
        }
        // Some tools put the file into a folder of that name, where there is one.
        guard download.nameInFolder != nil, origin == .shell else { return }
        let isOpen = variables.holdsVariable(String(name)) || !name.contains(".")
        if isOpen { throw SkipReason("whether \(variables.shown(String(name))) is a file or a folder is not known here") }
    }

    // MARK: how

    /// A browser's name helps with some hosts, and gets a login page from the model services.
    private func keeps(_ agent: String, for reference: String) -> Bool {
        guard agent.hasPrefix("Mozilla/") else { return true }
        let services = ["civitai.", "huggingface.co", "hf.co", "drive.google.com", "github.com"]
        return !services.contains { reference.contains("//" + $0) || reference.contains("." + $0) }
    }

    /// What `add` does without being told is left out.
    private var terms: [String] {
        var words: [String] = []
        if let connections = job.connections, connections != 16 { words += ["-x", String(connections)] }
        if let jobs = job.jobs, jobs != 5, job.downloads.first?.layout != nil { words += ["-j", String(jobs)] }
        if let rate = job.limitRate { words += ["--limit-rate", Self.rate(rate)] }
        if let retries = job.retries, retries != 5 { words += ["--retries", String(retries)] }
        if let timeout = job.timeout { words += ["--timeout", Self.number(timeout)] }
        if job.quietness != .talks { words.append("-q") }
        return words
    }

    private static func rate(_ count: ByteCount) -> String {
        let bytes = count.bytes
        for (unit, size) in [("G", Int64(1 << 30)), ("M", 1 << 20), ("K", 1 << 10)] where bytes % size == 0 {
            return "\(bytes / size)\(unit)"
        }
        return String(bytes)
    }

    private static func number(_ time: Seconds) -> String {
        time.value == time.value.rounded() ? String(time.whole) : String(time.value)
    }
}
