import Curl
import DropIns
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// Turns a replaced tool's job into what the pipeline takes.
struct DropInRequest {
    var options: FetchOptions
    var network: NetworkSettings
    var limiter: RateLimiter
    /// What the limiter follows; nil where the line or the configuration has one rate.
    var ceiling: TimetableCeiling?
    private let parser: ReferenceParser

    init(_ job: DropInJob, settings: Settings, endpoints: ServiceEndpoints, environment: [String: String]) throws {
        parser = ReferenceParser(endpoints: endpoints, pathExists: { _ in false })
        var environment = environment
        if let proxy = job.proxy {
            for scheme in ["http", "https", "all"] { Self.set(proxy, for: scheme, in: &environment) }
        }
        for (scheme, proxy) in job.schemeProxies { Self.set(proxy, for: scheme, in: &environment) }
        options = FetchOptions(environment: environment)
        network = NetworkSettings(userAgent: Fetchctl.userAgent, environment: environment)
        if let seconds = job.connectTimeout { network.connectTimeout = max(1, seconds.whole) }
        let parser = parser
        let isPlain = job.downloads.allSatisfy { download in
            guard let parsed = try? Self.reference(download.reference, parser), case .direct = parsed.reference else { return false }
            return true
        }
        // Services answer what looks like a browser with pages.
        if let agent = job.userAgent, !agent.isEmpty, isPlain, !job.downloads.isEmpty { network.userAgent = agent }
        if let file = job.certificateFile {
            network.certificateFile = file
            network.certificateDirectory = nil
        }
        network.acceptsAnyCertificate = job.acceptsAnyCertificate
        ceiling = job.limitRate == nil ? TimetableCeiling(settings) : nil
        limiter = ceiling?.limiter ?? RateLimiter(bytesPerSecond: (job.limitRate ?? settings.steadyRate)?.bytes)

        options.defaultDirectory = Path.currentDirectory
        options.engine = job.acceptsAnyCertificate ? .builtin : settings.engine
        options.connections = job.connections ?? settings.connections
        options.jobs = job.jobs ?? settings.jobs
        let delay = job.retryDelay ?? settings.retryDelayMin
        options.retry = RetryPolicy(
            limit: job.retries ?? settings.maxRetries, minimumDelay: delay.value,
            maximumDelay: max(settings.retryDelayMax, delay).value)
        // Those tools take a refusal for an answer, and their line may go on to another link; what breaks on the way is resumed.
        if job.retries == nil, job.downloads.allSatisfy({ $0.layout == nil }) { options.retry.refusalLimit = 1 }
        options.timeout = job.timeout ?? settings.timeout
        options.largeFileTimeout = job.timeout ?? settings.largeFileTimeout
        options.dryRun = job.hubDryRun != nil
        options.checksSpace = settings.checkDiskSpace
        options.reservedSpace = settings.requiredDiskSpace
        // Those tools fail at once when no server answers.
        options.waitsForHosts = false
        if let retries = job.askingRetries { ask(retries, settings, environment) }
    }

    /// With the waits of huggingface_hub: 1, 2, 4, 8, 8 s, and 10 s for an answer.
    private mutating func ask(_ retries: Int, _ settings: Settings, _ environment: [String: String]) {
        let limit = min(retries, settings.maxRetries)
        var asking = RetryPolicy(
            limit: limit, minimumDelay: min(settings.retryDelayMin, 1).value, maximumDelay: min(settings.retryDelayMax, 8).value)
        asking.refusalLimit = limit
        options.asking = asking
        options.waitsForHosts = limit > 0
        let seconds = environment["HF_HUB_ETAG_TIMEOUT"].flatMap { Int(digits: $0) } ?? 10
        network.silenceLimit = max(1, min(network.silenceLimit, seconds))
        network.connectTimeout = max(1, min(network.connectTimeout, seconds))
    }

    private static func set(_ proxy: Secret, for scheme: String, in environment: inout [String: String]) {
        environment["\(scheme)_proxy"] = proxy.reveal()
        environment["\(scheme)_PROXY".uppercased()] = nil
    }

    /// - Throws: ``Failure`` with exit code 64.
    func request(_ download: DropInDownload) throws(Failure) -> FetchRequest {
        let parsed = try Self.reference(download.reference, parser, isFolder: download.isFolder)
        var request = FetchRequest(Self.with(download.headers, parsed))
        request.directory = download.directory
        var rule: NameRule?
        switch download.name {
        case .byRule(let named): rule = named
        case .fixed(let name):
            let path = Path.join(download.directory ?? ".", name)
            if let inside = download.nameInFolder, Disk.followedStatus(path)?.kind == .directory {
                (request.directory, rule) = (path, inside)
            } else {
                request.out = name
            }
        }
        request.sha256 = download.digest
        for mirror in download.mirrors { request.mirrors.append(try Self.reference(mirror, parser)) }
        request.selection.headers = download.headers
        request.selection.include = download.include
        request.selection.exclude = download.exclude
        request.selection.revision = download.revision
        request.selection.allowsNothing = download.allowsNothing
        request.selection.namesOneFile = download.namesOneFile
        request.selection.keepsToToken = download.takesKept
        if let layout = download.layout { request.layout = try Layout.read(layout, after: "--layout ") }
        var compatibility = ToolCompatibilityRules(
            existing: download.existing, servedFilePolicy: download.servedFilePolicy, makesFolder: download.makesFolder)
        compatibility.takesPages = Self.isPage(request.reference, download)
        compatibility.knowsControlFiles = download.knowsControlFiles
        compatibility.followsLinks = download.followsLinks
        compatibility.keepsFolderName = download.keepsFolderName
        compatibility.takesKept = download.takesKept
        compatibility.takesServerTime = download.takesServerTime
        if let rule { compatibility.name = { rule.name($0) } }
        request.compatibility = compatibility
        return request
    }

    /// The environment in which a token that was typed as a header is the service's own: the sources keep it to their hosts.
    func environment(_ base: [String: String], for downloads: [DropInDownload]) -> [String: String] {
        var environment = base
        for download in downloads {
            guard let token = Self.token(download.headers), let parsed = try? Self.reference(download.reference, parser) else { continue }
            switch parsed.reference {
            case .huggingFace: environment = TypedToken.environment(environment, huggingFace: token.reveal())
            case .gitHub: environment["GITHUB_TOKEN"] = token.reveal()
            case .modelScope: environment["MODELSCOPE_API_TOKEN"] = token.reveal()
            default: break
            }
        }
        return environment
    }

    private static func with(_ headers: [(name: String, value: Secret)], _ parsed: ParsedReference) -> ParsedReference {
        guard case .civitai(var it) = parsed.reference, it.token == nil, let token = token(headers) else { return parsed }
        it.token = token
        return ParsedReference(.civitai(it), shown: parsed.shown)
    }

    /// `Authorization: Bearer …`
    private static func token(_ headers: [(name: String, value: Secret)]) -> Secret? {
        guard let value = headers.last(where: { $0.name.lowercased() == "authorization" })?.value.reveal() else { return nil }
        let words = value.split(separator: " ")
        guard words.count == 2, ["bearer", "token"].contains(words[0].lowercased()) else { return nil }
        return Secret(trimming: String(words[1]))
    }

    /// Whether a link of no known service may lead to a page, and the line does not name a model.
    private static func isPage(_ parsed: ParsedReference, _ download: DropInDownload) -> Bool {
        guard case .direct(let url) = parsed.reference else { return false }
        if case .fixed(let name) = download.name, ContentCheck.isModel(name) { return false }
        return ["", "html", "htm", "php", "asp", "aspx", "jsp"].contains(Path.pathExtension(url.path))
    }

    /// What a link means: a service's file, or what the link itself leads to.
    private static func reference(
        _ text: String, _ parser: ReferenceParser, isFolder takesFolders: Bool = false
    ) throws(Failure) -> ParsedReference {
        let parsed = try parser.parse(text)
        guard !takesFolders, let url = WebURL(text) else { return parsed }
        let isFolder =
            switch parsed.reference {
            case .huggingFace(let it): if case .path = it.part { false } else { true }
            case .googleDrive(let it): it.isFolder
            case .modelScope(let it): it.path == nil
            default: false
            }
        // A tool for single files would have got the page about it, and so do we, by the name of the link.
        return isFolder ? ParsedReference(.direct(url), shown: parsed.shown) : parsed
    }
}
