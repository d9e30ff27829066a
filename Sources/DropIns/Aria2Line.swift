internal import FetchTypes

/// `aria2c`, options as of 1.37.
package enum Aria2Line: ReplacedTool {
    package static let usageCode: Int32 = 28

    package static let flags = FlagTable(
        .gnu,
        understood: """
            -c/--continue[=] -x/--max-connection-per-server= -s/--split= -d/--dir= -o/--out= -j/--max-concurrent-downloads= \
            -i/--input-file= --header= -U/--user-agent= --referer= --allow-overwrite[=] --auto-file-renaming[=] -q/--quiet[=] \
            -m/--max-tries= --retry-wait= --checksum= --check-certificate[=] --on-download-complete= -Z/--force-sequential[=] \
            --max-overall-download-limit= --max-download-limit= -t/--timeout= --connect-timeout= --all-proxy= --http-proxy= \
            --https-proxy= --http-user= --http-passwd= --console-log-level= --ca-certificate= -l/--log= \
            -R/--remote-time[=]
            """,
        silent: """
            -k/--min-split-size= --piece-length= --file-allocation= --no-file-allocation-limit= --summary-interval= \
            --download-result= --stderr[=] --show-console-readout[=] --truncate-console-readout[=] --human-readable[=] \
            --enable-color[=] --log-level= --event-poll= --disk-cache= --enable-mmap[=] --max-mmap-limit= --async-dns[=] \
            --enable-async-dns6[=] --async-dns-server= --auto-save-interval= --always-resume[=] --max-resume-failure-tries= \
            --allow-piece-length-change[=] --uri-selector= --reuse-uri[=] --stream-piece-selector= --optimize-concurrent-downloads[=] \
            --enable-http-keep-alive[=] --enable-http-pipelining[=] --use-head[=] --http-accept-gzip[=] --http-auth-challenge[=] \
            --http-no-cache[=] --disable-ipv6[=] --rlimit-nofile= --socket-recv-buffer-size= --min-tls-version= -p/--ftp-pasv[=] \
            --no-conf[=] --max-download-result= --deferred-input[=] --lowest-speed-limit= --bt-max-peers= --seed-time= --seed-ratio= \
            --follow-torrent= --follow-metalink= --enable-dht[=] --enable-dht6[=] --content-disposition-default-utf8[=] \
            --keep-unfinished-download-result[=] --max-file-not-found= --gid= --realtime-chunk-checksum[=] \
            -V/--check-integrity[=] --no-proxy= --proxy-method= -n/--no-netrc[=] --bt-enable-lpd[=] --enable-peer-exchange[=]
            """,
        ignored: """
            --conf-path= --save-session= --save-session-interval= --force-save[=] --save-not-found[=] \
            --server-stat-if= --server-stat-of= --server-stat-timeout= --save-cookies= --netrc-path= --dscp= \
            --interface= --multiple-interface= --on-download-start= --on-download-stop= --on-download-error= --on-download-pause= \
            --certificate= --private-key= --stop-with-process= --remove-control-file[=]
            """,
        handedOver: """
            -v/--version --load-cookies= -h/--help[=] -D/--daemon[=] -P/--parameterized-uri[=] --enable-rpc[=] --rpc-listen-port= --rpc-secret= \
            --rpc-listen-all[=] --rpc-allow-origin-all[=] --rpc-user= --rpc-passwd= --dry-run[=] --conditional-get[=] --pause[=] \
            --hash-check-only[=] --stop= -S/--show-files[=] -T/--torrent-file= --select-file= -O/--index-out= -M/--metalink-file= \
            --metalink-base-uri= --ftp-user= --ftp-passwd= --all-proxy-user= --all-proxy-passwd= --http-proxy-user= \
            --http-proxy-passwd= --https-proxy-user= --https-proxy-passwd=
            """)

    package static func plan(_ arguments: [String]) -> DropInPlan {
        let line = ParsedLine(arguments, flags)
        if let why = line.handOver { return .handOver(why: why) }
        if let fault = line.fault { return .refuse(fault, code: usageCode) }
        let switches = line.flags.filter { flags.spec(name: $0.name)?.value == .optional && $0.name != "optimize-concurrent-downloads" }
        if let flag = switches.first(where: { !["true", "false", nil].contains($0.values.last) }) {
            return .refuse("\(flag.shown): it must be true or false", code: usageCode)
        }
        if let why = HeaderText.strange(line.all("header")) { return .handOver(why: why) }
        let terms = Aria2Terms(line)
        if let why = terms.handOver { return .handOver(why: why) }
        var job = DropInJob()
        do throws(Failure) {
            try setPace(&job, line)
            if let file = line.last("input-file") {
                // With a list aria2 looks at no other URI.
                job.list = DropInList(file) { (text) throws(Failure) in try Aria2List.read(text, terms) }
            } else {
                guard !line.operands.isEmpty else { return .refuse("nothing to fetch was named", code: 1) }
                if let strange = line.operands.first(where: { !isLink($0) }) { return .handOver(why: String(strange.prefix { $0 != "?" })) }
                job.downloads = try downloads(line.operands, terms, isSequential: line.isOn("force-sequential"))
            }
        } catch {
            return .refuse(error.message, code: usageCode)
        }
        job.quietness = line.isOn("quiet") ? .errors : .talks
        job.hook = line.last("on-download-complete")
        job.log = line.last("log").flatMap { $0.isEmpty ? nil : LineLog($0, appends: true, .besidesStandardError) }
        job.acceptsAnyCertificate = !line.isOn("check-certificate", default: true)
        job.certificateFile = line.last("ca-certificate")
        job.userAgent = line.last("user-agent") ?? HeaderText.userAgent(line.all("header"))
        job.proxy = line.last("all-proxy").map { Secret($0) }
        for scheme in ["http", "https"] { job.schemeProxies[scheme] = line.last("\(scheme)-proxy").map { Secret($0) } }
        job.warnings = line.ignored
        return .fetch(job)
    }

    static func isLink(_ text: String) -> Bool {
        let lower = text.lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://"), let url = WebURL(text) else { return false }
        return !url.path.hasSuffix(".torrent") && !url.path.hasSuffix(".metalink") && !url.path.hasSuffix(".meta4")
    }

    private static func downloads(_ uris: [String], _ terms: Aria2Terms, isSequential: Bool) throws(Failure) -> [DropInDownload] {
        // Several files: aria2 leaves the one name away.
        guard !isSequential else {
            var downloads: [DropInDownload] = []
            for uri in uris { downloads.append(try terms.download([uri], takesName: uris.count == 1)) }
            return downloads
        }
        return [try terms.download(uris, takesName: true)]
    }

    private static func setPace(_ job: inout DropInJob, _ line: ParsedLine) throws(Failure) {
        job.jobs = try number(line, "max-concurrent-downloads", 1...256)
        let perServer = try number(line, "max-connection-per-server", 1...16)
        let split = try number(line, "split", 1...4096)
        if let perServer { job.connections = min(perServer, split ?? perServer) }
        let tries = try number(line, "max-tries", 0...1_000_000)
        // Zero is without end.
        job.retries = tries.map { $0 == 0 ? RetryCount.most : $0 - 1 }
        job.retryDelay = try number(line, "retry-wait", 0...600).flatMap { $0 > 0 ? Seconds(clamping: Double($0)) : nil }
        job.connectTimeout = try number(line, "connect-timeout", 1...600).map { Seconds(clamping: Double($0)) }
        // aria2's is for each silence and short; ours is the time until giving up.
        _ = try number(line, "timeout", 1...600)
        let rates = [line.last("max-overall-download-limit"), line.last("max-download-limit")].compactMap(\.self)
        for rate in rates {
            guard let bytes = ByteSize.parse(rate) else { throw Failure(.usage, "\(rate) is no rate") }
            if bytes > 0 { job.limitRate = min(job.limitRate ?? bytes, bytes) }
        }
    }

    private static func number(_ line: ParsedLine, _ name: String, _ range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let text = line.last(name) else { return nil }
        guard let value = Int(digits: text), range.contains(value) else {
            throw Failure(.usage, "--\(name)=\(text): it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
