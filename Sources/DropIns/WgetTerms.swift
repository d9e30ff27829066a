import FetchTypes

/// What a wget line says of each of its downloads.
struct WgetTerms: Sendable {
    /// Why only wget itself can do it.
    struct Strange: Error { var why: String }

    private let line: ParsedLine
    private let document: String?
    private let folder: String?
    private let skips: Bool
    private var proxies: [String: Secret] = [:]
    private var tries: Int?
    private var limitRate: ByteCount?
    private var connectTimeout: Seconds?
    private var takesServerTime = true

    var hasDocument: Bool { document != nil }

    static func read(_ line: ParsedLine) -> Result<WgetTerms, Strange> {
        do throws(Strange) { return .success(try WgetTerms(line)) } catch { return .failure(error) }
    }

    private init(_ line: ParsedLine) throws(Strange) {
        self.line = line
        document = line.last("output-document")
        folder = line.last("directory-prefix").flatMap { $0.isEmpty ? nil : $0 }
        let letters = line.all("n").joined()
        // Those that belong to recursion change nothing without it.
        if let strange = letters.first(where: { !"cvdHp".contains($0) }) { throw Strange(why: "-n\(strange)") }
        skips = line.has("no-clobber") || letters.contains("c")
        if let document, document == "-" || document.isEmpty || document.hasPrefix("/dev/") || document.hasSuffix("/") {
            throw Strange(why: "-O \(document)")
        }
        if line.last("max-redirect").map({ Int(digits: $0) ?? 0 }) == 0 { throw Strange(why: "--max-redirect=0") }
        if let why = HeaderText.strange(line.all("header")) { throw Strange(why: why) }
        for command in line.all("execute") { try take(command) }
        if let flag = line.flags.last(where: { $0.name.hasSuffix("use-server-timestamps") }) {
            takesServerTime = !flag.name.hasPrefix("no-")
        }
        if let text = line.last("tries") {
            let count = RetryCount(tries: text == "inf" ? "0" : text)
            guard let count else { throw Strange(why: "--tries=\(text)") }
            tries = count.further
        }
        if let text = line.last("limit-rate") {
            guard let rate = ByteSize.parse(text) else { throw Strange(why: "--limit-rate=\(text)") }
            limitRate = rate > 0 ? rate : nil
        }
        for name in ["timeout", "connect-timeout"] {
            guard let text = line.last(name) else { continue }
            guard let seconds = Seconds(clampingDecimal: text) else { throw Strange(why: "--\(name)=\(text)") }
            connectTimeout = seconds > 0 ? seconds : nil
        }
    }

    /// A line of `.wgetrc`.
    private mutating func take(_ command: String) throws(Strange) {
        let parts = command.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
        let name = parts.first?.lowercased().filter { $0 != "_" && $0 != "-" } ?? ""
        switch name {
        case "httpproxy", "httpsproxy": proxies[String(name.dropLast("proxy".count))] = Secret(parts.count == 2 ? parts[1] : "")
        case "useproxy": break
        case "useservertimestamps": takesServerTime = ["on", "yes", "1"].contains(parts.last?.lowercased() ?? "")
        case "robots", "dotbytes", "dotstyle", "dotsinline", "dotspacing", "progress", "verbose", "cache", "checkcertificate",
            "showprogress":
            break
        default: throw Strange(why: "-e \(parts.first ?? "")")
        }
    }

    private var headers: [(name: String, value: Secret)] {
        var headers = HeaderText.headers(line.all("header"))
        if let referer = line.last("referer") { headers.append(("Referer", Secret(referer))) }
        if let user = line.last("user") ?? line.last("http-user") {
            headers.append(HeaderText.basic(user, line.last("password") ?? line.last("http-password") ?? ""))
        }
        return headers
    }

    func download(_ url: String) -> DropInDownload {
        let carriesOn = line.has("continue")
        var download: DropInDownload
        if let document {
            download = DropInDownload(
                url, name: .fixed(document), existing: skips ? .refuse : carriesOn ? .carryOn(longer: .skip) : .overwrite)
            download.makesFolder = false
        } else {
            let asks = line.has("content-disposition")
            download = DropInDownload(
                url, directory: folder,
                name: .byRule(.wget(url: url, asksServer: asks, followsRedirects: asks || line.has("trust-server-names"))),
                existing: skips ? .skip : carriesOn ? .carryOn(longer: .skip) : .number(.last))
        }
        download.headers = headers
        download.takesServerTime = takesServerTime
        return download
    }

    /// One URL a line; what was linked to as a list is kept like any other file.
    func list(_ source: String) -> DropInList {
        DropInList(source) { [self] (text) throws(Failure) in
            var listing = DropInListing((source.contains("://") ? [source] : []).map(download))
            for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
                let word = String(line).trimmed
                if word.isEmpty || word.hasPrefix("#") { continue }
                if let url = URLText.completed(word) {
                    listing.downloads.append(download(url))
                } else if ["ftp://", "ftps://"].contains(where: { word.lowercased().hasPrefix($0) }) {
                    listing.leave(word, line: number + 1, to: "wget")
                } else {
                    // wget says so, goes on, and ends with 1.
                    listing.failures.append(
                        Failure(
                            .usage, "line \(number + 1) of the list names no URL: \(word.prefix { $0 != "?" }.prefix(60))",
                            hint: "write a link such as https://example.com/name, or take the line away."))
                }
            }
            return listing
        }
    }

    func set(_ job: inout DropInJob) {
        job.quietness = line.has("quiet") && !line.has("show-progress") ? .errors : .talks
        if let path = line.flags.last(where: { ["output-file", "append-output"].contains($0.name) })?.values.last, !path.isEmpty {
            job.log = LineLog(path, appends: line.has("append-output"), .inPlaceOfStandardError)
        }
        let isTerse = line.has("quiet") || line.has("no-verbose") || line.all("n").joined().contains("v")
        if !isTerse && !line.has("no-show-progress") || line.has("show-progress") { job.percentStyle = PercentStyle(line.last("progress")) }
        job.acceptsAnyCertificate = line.has("no-check-certificate")
        job.certificateFile = line.last("ca-certificate")
        job.userAgent = line.last("user-agent") ?? HeaderText.userAgent(line.all("header"))
        job.schemeProxies = proxies
        job.retries = tries
        job.limitRate = limitRate
        job.connectTimeout = connectTimeout
    }
}
