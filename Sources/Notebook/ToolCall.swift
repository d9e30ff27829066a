import DropIns
import FetchTypes

/// A line of another tool, with stand-ins for what is not known yet, as the words of `fetchctl add` that mean the same.
struct ToolCall {
    let tool: DropInTool
    /// Without the tool's name.
    var arguments: [String]
    let variables: Variables
    /// What is worth a word though the line is rewritten.
    private(set) var remarks: [String] = []

    init(_ tool: DropInTool, _ arguments: [String], _ variables: Variables) {
        self.tool = tool
        self.variables = variables
        self.arguments = arguments
        // A link that is not known yet must look like one.
        if let table = Self.tables[tool] {
            let operands = Set(ParsedLine(arguments, table).operands)
            self.arguments = arguments.map { operands.contains($0) ? Variables.asLink($0) : $0 }
        } else if tool == .gdown {
            self.arguments = arguments.map { word in
                guard variables.isVariable(word), case .variable(let source)? = variables.pieces(word).first else { return word }
                return Self.isNameOfLink(source) ? Variables.asLink(word) : word
            }
        }
    }

    /// Where every word is one, a variable among several that are no options may still be one.
    func refuseLooseOperands() throws(Doubt) {
        guard let table = Self.tables[tool] else { return }
        let operands = ParsedLine(arguments, table).operands
        for operand in operands where variables.isVariable(operand) {
            guard case .variable(let source)? = variables.pieces(operand).first else { continue }
            let name = source.lowercased()
            let isOption = ["arg", "opt", "flag", "param", "cmd"].contains { name.contains($0) }
            if isOption || operands.count > 1 && !Self.isNameOfLink(source) { throw Doubt("\(source) may be anything") }
        }
    }

    private static let tables: [DropInTool: FlagTable] = [.aria2c: Aria2Line.flags, .wget: WgetLine.flags, .curl: CurlLine.flags]

    /// Whether a variable's name says that it holds a link.
    static func isNameOfLink(_ source: String) -> Bool {
        let name = source.lowercased()
        return ["url", "link", "uri", "href", "src"].contains { name.contains($0) }
    }

    /// The words behind `fetchctl add`.
    mutating func words() throws(Doubt) -> [String] {
        let job: DropInJob
        switch tool.line.plan(arguments) {
        case .fetch(let found): job = found
        case .handOver(let why): throw Doubt("it is no plain download to a file: \(shown(why))")
        case .help: throw Doubt("it is no plain download to a file: it asks for help")
        case .refuse(let why, _): throw Doubt("\(tool.rawValue) itself refuses it: \(shown(why))")
        }
        if job.hubDryRun != nil { throw Doubt("it only lists what it would download") }
        if job.hook != nil { throw Doubt("it starts a program when the download is done") }
        if job.proxy != nil || !job.schemeProxies.isEmpty { throw Doubt("it names a proxy: fetchctl takes that from https_proxy") }
        if job.hubToken != nil { throw Doubt("it names a token: fetchctl takes that from HF_TOKEN, or from its login") }
        if job.certificateFile != nil { throw Doubt("it names certificates: fetchctl takes those from SSL_CERT_FILE") }
        var words = try subject(job)
        words += terms(job)
        let lost = arguments.first { argument in
            variables.holdsVariable(argument)
                && !variables.pieces(argument).allSatisfy { piece in
                    guard case .variable = piece else { return true }
                    return words.contains { variables.pieces($0).contains(piece) }
                }
        }
        if let lost { throw Doubt("what becomes of \(shown(lost)) is not clear") }
        if words.contains(where: { SecretMask.masked($0) != $0 }) {
            remarks.append("a token stands in the line: it is safer in the environment, as HF_TOKEN or CIVITAI_TOKEN")
        }
        if job.acceptsAnyCertificate { remarks.append("certificates are checked now") }
        return words
    }

    /// Text that may hold stand-ins, for people.
    private func shown(_ text: String) -> String {
        let whole = variables.pieces(text).map { piece in
            switch piece {
            case .text(let text): text
            case .variable(let source): source
            }
        }.joined()
        return whole.count > 60 ? whole.prefix(57) + "…" : whole
    }

    // MARK: what, and where to

    private mutating func subject(_ job: DropInJob) throws(Doubt) -> [String] {
        var downloads = job.downloads
        var references: [String] = []
        if let list = job.list {
            guard downloads.isEmpty, !list.source.contains("://") else { throw Doubt("its list is a link") }
            // What the line says of every entry of the list.
            guard let common = try? list.read("https://list.invalid/file\n").downloads.first else {
                throw Doubt("its list cannot be foreseen")
            }
            downloads = [common]
            references = ["-i", list.source]
        }
        guard let first = downloads.first else { throw Doubt("it names nothing to fetch") }
        if references.isEmpty { references = downloads.map(\.reference) }
        let places = try downloads.map { (download) throws(Doubt) in try place(download, isOnly: downloads.count == 1 && job.list == nil) }
        guard places.allSatisfy({ $0 == places[0] }) else { throw Doubt("it names several files, each with a name of its own") }
        for download in downloads {
            guard download.headers.map({ "\($0.name): \($0.value.reveal())" }) == first.headers.map({ "\($0.name): \($0.value.reveal())" })
            else { throw Doubt("its links have different headers") }
        }
        guard downloads.count == 1 || downloads.allSatisfy({ $0.mirrors.isEmpty }) else { throw Doubt("it has several files with mirrors") }
        var words = references + places[0]
        for mirror in first.mirrors { words += ["--mirror", mirror] }
        for header in first.headers { words += ["--header", "\(header.name): \(header.value.reveal())"] }
        if let digest = first.digest { words += ["--sha256", digest.hex] }
        if let revision = first.revision { words += ["--revision", revision] }
        for pattern in first.include { words += ["--include", pattern] }
        for pattern in first.exclude { words += ["--exclude", pattern] }
        words += standing(first, isHashed: references.allSatisfy(Self.hasPublishedHash))
        if let agent = job.userAgent, keeps(agent, for: references) { words += ["--header", "User-Agent: \(agent)"] }
        return words
    }

    /// What says that a file which is there already is treated as it was.
    /// - Parameter isHashed: whether the service says what the file's bytes are.
    private mutating func standing(_ download: DropInDownload, isHashed: Bool) -> [String] {
        if download.layout != nil { return download.standing == .overwrite ? ["--force"] : [] }
        switch download.standing {
        // With a rule of its own for names of the server's, it does not always overwrite.
        case .overwrite where !isHashed && download.standingServed == nil: return ["--force"]
        case .overwrite, .skip, .number, .carryOn: remarks.append(Self.refusal)
        case .renew, .refuse: break
        }
        return []
    }

    /// Said once of a notebook, because it holds for most lines.
    static let refusal = """
        a file that is there already is refused (73) where fetchctl neither brought it nor knows it by its hash, here and in \
        lines like this one: the old ones skipped it, carried on with it, replaced it, or took another name
        """

    /// Whether it is of a service that says what a file's bytes are: what is there already is recognised.
    private static func hasPublishedHash(_ reference: String) -> Bool {
        if reference.hasPrefix("hf:") || reference.hasPrefix("civitai:") { return true }
        guard let scheme = reference.firstRange(of: "://") else { return false }
        let host = reference[scheme.upperBound...].prefix { !"/?#".contains($0) }
        return ["civitai.com", "civitai.red", "civitai.green", "civitai.blue", "huggingface.co", "hf.co"].contains { name in
            ["", "www.", "api."].contains { host == $0 + name }
        }
    }

    /// `-d DIR -o NAME`, so that the file lands where it did: what is configured for `add` must not change that.
    private func place(_ download: DropInDownload, isOnly: Bool) throws(Doubt) -> [String] {
        if download.keepsFolderName {
            guard download.directory == nil else { throw Doubt("it makes a folder named as the one at Google Drive") }
            // So does add, where no folder is asked for.
            return []
        }
        if let layout = download.layout {
            return (download.directory.map { ["-d", $0] } ?? []) + ["--layout", layout]
        }
        switch download.name {
        case .fixed(let path):
            guard isOnly else { throw Doubt("it names several files, each with a name of its own") }
            guard let slash = path.lastIndex(of: "/") else {
                try refuseFolder(path, download)
                return ["-d", ".", "-o", path]
            }
            let name = String(path[path.index(after: slash)...])
            guard !name.isEmpty else { throw Doubt("its file has no name") }
            try refuseFolder(name, download)
            var folder = String(path[..<slash])
            if folder.isEmpty { folder = "/" }
            return ["-d", folder, "-o", name]
        case .byRule(let rule):
            let folder = ["-d", download.directory ?? "."]
            guard let name = ownName(rule, download.reference) else { return folder }
            return isOnly ? folder + ["-o", name] : folder
        }
    }

    /// Some tools put the file into a folder of that name, where there is one.
    private func refuseFolder(_ name: String, _ download: DropInDownload) throws(Doubt) {
        guard download.nameInFolder != nil, !variables.holdsVariable(name), !name.contains(".") else { return }
        throw Doubt("whether \(name) is a file or a folder is not clear")
    }

    /// The name that the tool makes of the link itself, where `add` might choose another.
    private func ownName(_ rule: NameRule, _ reference: String) -> String? {
        guard case .wget(_, false, false) = rule, let name = rule.name(ServedName(path: "", given: nil, url: nil)) else { return nil }
        let isCivitai = reference.contains("civitai.") && reference.contains("/api/download/")
        // A variable may hold a path, of which the name is the last part.
        if variables.holdsVariable(name) || variables.isVariable(reference) { return isCivitai ? name : nil }
        let isHub = ["https://huggingface.co/", "https://hf.co/"].contains { reference.hasPrefix($0) }
        return isHub && reference.hasSuffix("/" + name) ? nil : name
    }

    /// A browser's name helps with some hosts, and gets a login page from the model services.
    private func keeps(_ agent: String, for references: [String]) -> Bool {
        guard agent.hasPrefix("Mozilla/") else { return true }
        let services = ["civitai.", "huggingface.co", "hf.co", "drive.google.com", "github.com"]
        return !references.allSatisfy { reference in services.contains { reference.contains("//" + $0) || reference.contains("." + $0) } }
    }

    // MARK: how

    private func terms(_ job: DropInJob) -> [String] {
        var words: [String] = []
        // What add does without being told is left away.
        if let connections = job.connections, connections != 16 { words += ["-x", String(connections)] }
        if let jobs = job.jobs, jobs != 5, job.downloads.count > 1 || job.list != nil || job.downloads.first?.layout != nil {
            words += ["-j", String(jobs)]
        }
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
