internal import FetchTypes

/// `curl`, options as of 7.88 and a few later ones.
package enum CurlLine: ReplacedTool {
    package static let usageCode: Int32 = 2

    package static let flags = FlagTable(
        .curl,
        understood: """
            -L/--location --location-trusted -o/--output= -O/--remote-name --remote-name-all -J/--remote-header-name -f/--fail \
            --fail-with-body -s/--silent -S/--show-error -C/--continue-at= -H/--header= -A/--user-agent= -k/--insecure --retry= \
            --retry-delay= --create-dirs --output-dir= --max-redirs= --oauth2-bearer= -e/--referer= -u/--user= -x/--proxy= \
            --connect-timeout= -m/--max-time= --limit-rate= -Z/--parallel --parallel-max= -b/--cookie= -g/--globoff --url= \
            -X/--request= --cacert= --clobber --no-clobber --skip-existing -R/--remote-time
            """,
        silent: """
            -#/--progress-bar --progress-meter --styled-output --compressed -4/--ipv4 -6/--ipv6 -0/--http1.0 --http1.1 --http2 \
            --http2-prior-knowledge --http3 --http3-only -1/--tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --tls-max= --ssl \
            --ssl-reqd --ssl-no-revoke --ssl-revoke-best-effort --proto= --proto-redir= --proto-default= -N/--buffer --keepalive \
            --keepalive-time= --tcp-nodelay --tcp-fastopen --path-as-is -q/--disable --remove-on-error --fail-early \
            --retry-all-errors --retry-connrefused --retry-max-time= -y/--speed-time= -Y/--speed-limit= -n/--netrc --netrc-optional \
            --basic --anyauth --parallel-immediate --happy-eyeballs-timeout-ms= --sessionid --alpn --npn --disallow-username-in-url \
            --trace-time --raw --tr-encoding --suppress-connect-headers --post301 --post302 --post303 -p/--proxytunnel
            """,
        ignored: """
            -v/--verbose -c/--cookie-jar= -j/--junk-session-cookies --stderr= --capath= --ciphers= --tls13-ciphers= \
            --hsts= --alt-svc= --xattr --create-file-mode= --doh-url= --dns-servers= --dns-interface= --netrc-file= --noproxy= \
            --proxy-insecure --proxy-basic --ignore-content-length --crlfile= --pinnedpubkey= --curves= --local-port= \
            --interface= --cert-status --etag-save=
            """,
        handedOver: """
            -h/--help[=] -V/--version -M/--manual -r/--range= -d/--data= --data-ascii= --data-binary= --data-raw= --data-urlencode= \
            --json= -F/--form= --form-string= -T/--upload-file= -G/--get -I/--head -i/--include -w/--write-out= -D/--dump-header= \
            -K/--config= -:/--next -z/--time-cond= --etag-compare= --max-filesize= --resolve= --connect-to= --unix-socket= \
            --abstract-unix-socket= -E/--cert= --key= --pass= --cert-type= --key-type= -U/--proxy-user= --proxy-header= --preproxy= \
            --socks4= --socks4a= --socks5= --socks5-hostname= --proxy1.0= --proxy-cacert= -Q/--quote= -l/--list-only -a/--append \
            -B/--use-ascii -t/--telnet-option= --request-target= --trace= --trace-ascii= --libcurl= --rate= --url-query= \
            --aws-sigv4= --digest --ntlm --negotiate --metalink --mail-from= --mail-rcpt= --crlf
            """)

    package static func plan(_ arguments: [String]) -> DropInPlan {
        let line = ParsedLine(arguments, flags)
        if let why = line.handOver { return .handOver(why: why) }
        if let fault = line.fault { return .refuse(fault, code: usageCode) }
        if let why = strangeValue(line) { return .handOver(why: why) }
        let urls = line.all("url") + line.operands
        guard !urls.isEmpty else { return .refuse("no URL specified", code: usageCode) }
        var outputs = line.flags.filter { $0.name == "output" || $0.name == "remote-name" }[...]
        var job = DropInJob()
        for text in urls {
            guard line.isOn("globoff") || !text.contains(where: { "{}[]".contains($0) }) else { return .handOver(why: "{} or [] in a URL") }
            guard let url = URLText.completed(text) else { return .handOver(why: String(text.prefix { $0 != "?" })) }
            let output = outputs.popFirst()
            // Each URL takes the next of them; one without goes to standard output.
            guard output != nil || line.isOn("remote-name-all") else { return .handOver(why: "standard output") }
            switch download(url, output?.name == "output" ? output?.values.last : nil, line) {
            case .success(let download): job.downloads.append(download)
            case .failure(let refusal): return refusal.plan
            }
        }
        set(&job, line)
        return .fetch(job)
    }

    private struct Refusal: Error { var plan: DropInPlan }

    private static func strangeValue(_ line: ParsedLine) -> String? {
        if let at = line.last("continue-at"), at != "-" { return "-C \(at)" }
        if let method = line.last("request"), method.uppercased() != "GET" { return "-X \(method)" }
        if line.all("cookie").contains(where: { !$0.contains("=") }) { return "-b FILE" }
        if line.all("header").contains(where: { $0.hasPrefix("@") }) { return "-H @FILE" }
        if let why = HeaderText.strange(line.all("header")) { return why }
        if let user = line.last("user"), !user.contains(":") { return "-u without a password" }
        if line.last("max-redirs") == "0" { return "--max-redirs 0" }
        for name in ["retry", "retry-delay", "connect-timeout", "max-time", "parallel-max"] {
            if let text = line.last(name), Seconds(clampingDecimal: text) == nil { return "--\(name) \(text)" }
        }
        if let rate = line.last("limit-rate"), ByteSize.parse(rate) == nil { return "--limit-rate \(rate)" }
        return nil
    }

    private static func download(_ url: String, _ file: String?, _ line: ParsedLine) -> Result<DropInDownload, Refusal> {
        var download: DropInDownload
        let keeps = line.last("clobber") == "false" || line.has("no-clobber")
        let existing: ExistingFilePolicy =
            line.has("continue-at") ? .carryOn(longer: .skip) : line.isOn("skip-existing") ? .skip : keeps ? .number(.last) : .overwrite
        let folder = line.last("output-dir").flatMap { $0.isEmpty ? nil : $0 }
        if let file {
            guard file != "-", !file.isEmpty, !file.hasPrefix("/dev/") else {
                return .failure(Refusal(plan: .handOver(why: "-o \(file)")))
            }
            download = DropInDownload(url, name: .fixed(folder.map { "\($0)/\(file)" } ?? file), existing: existing)
        } else if line.isOn("remote-header-name") {
            guard !line.has("continue-at") else { return .failure(Refusal(plan: .refuse("-C and -J exclude each other", code: usageCode))) }
            download = DropInDownload(url, directory: folder, name: .byRule(.curl(url: url)), existing: existing)
            // What the server says must not replace anything.
            if existing == .overwrite { download.servedFilePolicy = .refuse }
        } else {
            guard let name = NameRule.curl(url) else {
                return .failure(Refusal(plan: .refuse("the URL has no file name", code: 23)))
            }
            // The page about a model has no name that is one of a model.
            download = DropInDownload(
                url, directory: folder, name: URLText.isPage(url) ? .byRule(.published) : .fixed(folder.map { "\($0)/\(name)" } ?? name),
                existing: existing)
            if case .fixed = download.name { download.directory = nil }
        }
        download.makesFolder = line.isOn("create-dirs")
        download.takesServerTime = line.isOn("remote-time")
        download.headers = headers(line)
        return .success(download)
    }

    private static func headers(_ line: ParsedLine) -> [(name: String, value: Secret)] {
        var headers = HeaderText.headers(line.all("header"))
        if let token = line.last("oauth2-bearer") { headers.append(("Authorization", Secret("Bearer " + token))) }
        if let user = line.last("user"), let colon = user.firstIndex(of: ":") {
            headers.append(HeaderText.basic(String(user[..<colon]), String(user[user.index(after: colon)...])))
        }
        if let referer = line.last("referer") { headers.append(("Referer", Secret(String(referer.split(separator: ";")[0])))) }
        let cookies = line.all("cookie")
        if !cookies.isEmpty { headers.append(("Cookie", Secret(cookies.joined(separator: "; ")))) }
        return headers
    }

    package static func isSilent(_ arguments: [String]) -> Bool { quietness(ParsedLine(arguments, flags)) == .silent }

    private static func quietness(_ line: ParsedLine) -> DropInJob.Quietness {
        line.isOn("silent") ? (line.isOn("show-error") ? .errors : .silent) : .talks
    }

    private static func set(_ job: inout DropInJob, _ line: ParsedLine) {
        job.quietness = quietness(line)
        job.acceptsAnyCertificate = line.isOn("insecure")
        job.certificateFile = line.last("cacert")
        job.userAgent = line.last("user-agent") ?? HeaderText.userAgent(line.all("header"))
        job.proxy = line.last("proxy").map { Secret($0) }
        job.retries = line.last("retry").flatMap { RetryCount(retries: $0)?.further }
        job.retryDelay = line.last("retry-delay").flatMap { Seconds(clampingDecimal: $0) }.flatMap { $0 > 0 ? $0 : nil }
        job.connectTimeout = line.last("connect-timeout").flatMap { Seconds(clampingDecimal: $0) }.flatMap { $0 > 0 ? $0 : nil }
        job.maximumTime = line.last("max-time").flatMap { Seconds(clampingDecimal: $0) }.flatMap { $0 > 0 ? $0 : nil }
        job.limitRate = line.last("limit-rate").flatMap(ByteSize.parse).flatMap { $0 > 0 ? $0 : nil }
        job.jobs = line.last("parallel-max").flatMap { Int(digits: $0) }.map { min(max($0, 1), 256) }
        job.warnings = line.ignored
    }
}
