package import FetchTypes

/// `gdown`: files and folders of Google Drive, and plain links.
///
/// As version 6 reads its line; what it has dropped since version 5 is taken and changes nothing.
package enum GdownLine: ReplacedTool {
    package static let usageCode: Int32 = 2

    package static func exitCode(_ failures: [Failure?]) -> Int32 { Self.pythonCode(failures) }

    private static let table = FlagTable(
        .python,
        understood: """
            -O/--output= -q/--quiet -c/--continue --folder --speed= --retries= --timeout= --proxy= --no-check-certificate --user-agent=
            """,
        // Of the four, Google Drive's way knows the first by itself; gdown dropped the others.
        silent: "--no-cookies --fuzzy --id --remaining-ok",
        // What its own cookies open, and listings.
        handedOver: "-V/--version -h/--help --json --format= --cookies= --cookies-from-browser=")

    package static func plan(_ arguments: [String]) -> DropInPlan {
        let line = ParsedLine(arguments, table)
        if let flag = line.handOver { return .handOver(why: "it has \(flag)") }
        if let fault = line.fault { return .refuse(fault, code: 2) }
        guard line.operands.count == 1, let subject = line.operands.first else {
            return .refuse("one link or id is to be given, not \(line.operands.count)", code: 2)
        }
        let output = line.last("output")
        if output == "-" { return .handOver(why: "it writes to standard output") }
        if output?.isEmpty == true { return .refuse("the name behind -O is empty", code: 1) }
        var job = DropInJob()
        job.quietness = line.has("quiet") ? .errors : .talks
        job.acceptsAnyCertificate = line.has("no-check-certificate")
        job.proxy = line.last("proxy").flatMap { Secret(trimming: $0) }
        if let speed = line.last("speed") {
            guard let rate = rate(speed) else { return .refuse("--speed \(speed) is not a number followed by B, KB, MB, or GB", code: 2) }
            job.limitRate = rate
        }
        if let text = line.last("retries") {
            guard let retries = Int(digits: text.first == "-" ? text.dropFirst() : text[...]) else {
                return .refuse("--retries \(text) is no whole number", code: 2)
            }
            guard text.first != "-" || retries == 0 else { return .refuse("--retries \(text) is less than nothing", code: 1) }
            job.retries = min(retries, RetryCount.most)
        }
        if let text = line.last("timeout") {
            guard let seconds = Seconds(clampingDecimal: text), seconds > 0 else {
                return .refuse("--timeout needs a positive number of seconds", code: 2)
            }
            job.timeout = seconds
        }
        let existing: ExistingFilePolicy = line.has("continue") ? .skip : .overwrite
        let link = isLink(subject) ? subject : nil
        if line.has("folder") || link.map(isDriveFolder) == true {
            job.downloads = [folder(link, subject: subject, output: output, existing: existing)]
        } else {
            job.userAgent = line.last("user-agent")
            job.downloads = [file(link, subject: subject, output: output, existing: existing)]
        }
        // It renames what it has downloaded to the name.
        job.downloads[0].followsLinks = false
        return .fetch(job)
    }

    private static func folder(_ link: String?, subject: String, output: String?, existing: ExistingFilePolicy) -> DropInDownload {
        let isSaid = link.map(isDriveFolder) == true
        // Of another link its last part is taken for the id.
        let id = link.map { (WebURL($0)?.path ?? $0).split(separator: "/").last.map(String.init) ?? "" } ?? subject
        let reference = isSaid ? subject : "https://drive.google.com/drive/folders/\(id)"
        var download = DropInDownload(reference, directory: output, name: .byRule(.published), existing: existing)
        download.isFolder = true
        download.keepsFolderName = output?.hasSuffix("/") ?? true
        download.allowsNothing = true
        return download
    }

    private static func file(_ link: String?, subject: String, output: String?, existing: ExistingFilePolicy) -> DropInDownload {
        // A page stands for its file; gdown would have saved the page.
        let rule: NameRule = link.map(URLText.isPage) ?? true ? .published : .typed(lastPart(subject))
        let reference = link ?? "gdrive:\(subject)"
        guard let output, !output.hasSuffix("/") else {
            return DropInDownload(reference, directory: output, name: .byRule(rule), existing: existing)
        }
        var download = DropInDownload(reference, name: .fixed(output), existing: existing)
        download.nameInFolder = rule
        download.makesFolder = false
        return download
    }

    // MARK: as gdown tells what is what

    private static func isLink(_ text: String) -> Bool { text.hasPrefix("https://") || text.hasPrefix("http://") }

    private static func isDrive(_ link: String) -> Bool {
        WebURL(link).map { ["drive.google.com", "docs.google.com", "drive.usercontent.google.com"].contains($0.host) } ?? false
    }

    private static func isDriveFolder(_ link: String) -> Bool {
        isDrive(link) && WebURL(link)?.path.split(separator: "/").contains("folders") == true
    }

    /// What follows the link's last slash, its query included, as a name.
    private static func lastPart(_ link: String) -> String {
        let part = link.utf8.lastIndex(of: UInt8(ascii: "/")).map { link[link.utf8.index(after: $0)...] } ?? link[...]
        var name = part.replacing("\\", with: "_").drop(while: \.isWhitespace)
        while name.last?.isWhitespace == true { name.removeLast() }
        return ["", ".", ".."].contains(name) ? "_" : String(name)
    }

    /// `10MB`: bytes per second; what follows the unit is not looked at.
    private static func rate(_ text: String) -> ByteCount? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits: digits) else { return nil }
        let units: [(String, Int64)] = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)]
        guard let unit = units.first(where: { text.dropFirst(digits.count).hasPrefix($0.0) }) else { return nil }
        let (rate, isTooMuch) = number.multipliedReportingOverflow(by: unit.1)
        return max(1, ByteCount(clamping: isTooMuch ? .max : rate))
    }
}

extension ReplacedTool {
    /// What a program written in Python ends with: 1 for every failure.
    static func pythonCode(_ failures: [Failure?]) -> Int32 {
        failures.compactMap { $0?.signalCode }.first ?? (failures.contains { $0 != nil } ? 1 : 0)
    }
}
