internal import FetchTypes

/// `wget`, options as of 1.21.
package enum WgetLine: ReplacedTool {
    package static let usageCode: Int32 = 2

    /// `-n` is an option whose value is a letter: `-nc`, `-nv`, `-nd`, ….
    package static let flags = FlagTable(
        .gnu,
        understood: """
            -q/--quiet -n= --no-verbose --no-clobber -c/--continue -O/--output-document= -P/--directory-prefix= -i/--input-file= \
            -U/--user-agent= -t/--tries= --content-disposition --trust-server-names --header= -e/--execute= --no-check-certificate \
            -T/--timeout= --connect-timeout= --max-redirect= --referer= --user= --password= --http-user= --http-password= \
            --limit-rate= --waitretry= --ca-certificate= --no-content-disposition --no-proxy --show-progress --no-show-progress \
            --progress= -o/--output-file= -a/--append-output= --use-server-timestamps --no-use-server-timestamps
            """,
        silent: """
            -v/--verbose -d/--debug --report-speed= --retry-connrefused \
            --retry-on-host-error --retry-on-http-error= --read-timeout= --dns-timeout= -w/--wait= --random-wait --no-dns-cache \
            -4/--inet4-only -6/--inet6-only --prefer-family= --no-http-keep-alive --no-cache --no-cookies --no-hsts --https-only \
            --secure-protocol= --no-directories --no-host-directories --no-parent --no-netrc --no-config \
            --no-if-modified-since --no-iri --no-glob --auth-no-challenge --unlink --compression= --restrict-file-names= --proxy= \
            --no-remove-listing --no-passive-ftp --ignore-case --xattr --no-xattr
            """,
        ignored: """
            -S/--server-response --ignore-length --local-encoding= --remote-encoding= \
            --config= --ca-directory= --crl-file= --pinnedpubkey= --ciphers= --bind-address= --keep-session-cookies --save-cookies= \
            --hsts-file= --content-on-error --dns-servers= --bind-dns-address=
            """,
        handedOver: """
            -V/--version -h/--help -b/--background -F/--force-html -B/--base= -N/--timestamping -Q/--quota= -x/--force-directories \
            --protocol-directories --cut-dirs= -E/--adjust-extension -r/--recursive -l/--level= --delete-after -k/--convert-links \
            -K/--backup-converted -m/--mirror -p/--page-requisites -A/--accept= -R/--reject= --accept-regex= --reject-regex= \
            --regex-type= -D/--domains= --exclude-domains= --follow-ftp -H/--span-hosts -L/--relative -I/--include-directories= \
            -X/--exclude-directories= --spider --post-data= --post-file= --method= --body-data= --body-file= --save-headers \
            --start-pos= --backups --default-page= --load-cookies= --certificate= --private-key= --certificate-type= \
            --private-key-type= --ftp-user= --ftp-password= --proxy-user= --proxy-password= --ask-password --use-askpass= \
            --warc-file= --input-metalink= --metalink-index= --rejected-log= --convert-file-only --keep-badhash --preferred-location=
            """)

    package static func plan(_ arguments: [String]) -> DropInPlan {
        let line = ParsedLine(arguments, flags)
        if let why = line.handOver { return .handOver(why: why) }
        if let fault = line.fault { return .refuse(fault, code: usageCode) }
        let terms: WgetTerms
        switch WgetTerms.read(line) {
        case .success(let read): terms = read
        case .failure(let strange): return .handOver(why: strange.why)
        }
        var urls: [String] = []
        for operand in line.operands {
            guard let url = URLText.completed(operand) else { return .handOver(why: String(operand.prefix { $0 != "?" })) }
            urls.append(url)
        }
        let list = line.last("input-file")
        guard !urls.isEmpty || list != nil else { return .refuse("missing URL", code: 1) }
        guard !terms.hasDocument || urls.count == 1 && list == nil else { return .handOver(why: "several files in one, with -O") }
        var job = DropInJob(urls.map(terms.download))
        if let list { job.list = terms.list(list) }
        terms.set(&job)
        job.warnings = line.ignored
        return .fetch(job)
    }
}
