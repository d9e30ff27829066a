/// What a replaced tool reads before its line: a file in the user's home, as words that precede those of the line.
package enum ToolConfiguration {
    /// Only the tool itself knows what an entry does: what it is called.
    package struct Strange: Error, Equatable {
        package let name: String
    }

    // MARK: curl

    /// `.curlrc`: options as on the line, with or without dashes (curl's manual, `--config`).
    package static func curl(_ text: String) -> [String] {
        text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline).flatMap { line -> [String] in
            let rest = line.drop { $0.isWhitespace }
            guard let first = rest.first, !"#/*".contains(first) else { return [] }
            let isDashed = first == "-"
            let name = rest.prefix { !$0.isWhitespace && (isDashed || $0 != "=" && $0 != ":") }
            let value = rest[name.endIndex...].drop { $0.isWhitespace || !isDashed && ($0 == "=" || $0 == ":") }
            let option = isDashed ? String(name) : "--" + name
            guard let quote = value.first else { return [option] }
            return [option, quote == "\"" ? unquoted(value.dropFirst()) : String(value.prefix { !$0.isWhitespace })]
        }
    }

    private static func unquoted(_ text: Substring) -> String {
        let escapes: [Character: Character] = ["t": "\t", "n": "\n", "r": "\r", "v": "\u{B}"]
        var out = ""
        var rest = text
        while let next = rest.popFirst(), next != "\"" {
            guard next == "\\", let escaped = rest.popFirst() else {
                out.append(next)
                continue
            }
            out.append(escapes[escaped] ?? escaped)
        }
        return out
    }

    // MARK: wget

    /// Options with a value, by their names in the file.
    private static let valued: [String: String] = [
        "header": "header", "useragent": "user-agent", "referer": "referer", "user": "user", "password": "password",
        "httpuser": "http-user", "httppassword": "http-password", "httppasswd": "http-password", "tries": "tries", "timeout": "timeout",
        "connecttimeout": "connect-timeout", "limitrate": "limit-rate", "dirprefix": "directory-prefix",
        "outputdocument": "output-document", "input": "input-file", "cacertificate": "ca-certificate", "progress": "progress",
        "maxredirect": "max-redirect", "logfile": "output-file",
    ]
    /// Options that are on or off: the words for either; nil: that changes nothing.
    private static let switches: [String: (on: String?, off: String?)] = [
        "continue": ("--continue", nil), "noclobber": ("--no-clobber", nil), "quiet": ("--quiet", nil), "verbose": (nil, "--no-verbose"),
        "contentdisposition": ("--content-disposition", "--no-content-disposition"), "trustservernames": ("--trust-server-names", nil),
        "checkcertificate": (nil, "--no-check-certificate"), "useservertimestamps": (nil, "--no-use-server-timestamps"),
        "showprogress": ("--show-progress", "--no-show-progress"), "useproxy": (nil, "--no-proxy"), "timestamping": ("-N", nil),
        "recursive": ("-r", nil), "adjustextension": ("-E", nil), "htmlextension": ("-E", nil), "background": ("-b", nil),
        "spider": ("--spider", nil), "saveheaders": ("--save-headers", nil), "deleteafter": ("--delete-after", nil),
    ]
    private static let truths = ["on": true, "yes": true, "1": true, "off": false, "no": false, "0": false]
    /// Entries that change nothing of what lands.
    private static let silent: Set<String> = [
        "robots", "dotbytes", "dotstyle", "dotsinline", "dotspacing", "passiveftp", "waitretry", "wait", "randomwait", "cookies", "cache",
        "httpkeepalive", "iri", "hsts", "hstsfile", "inet4only", "inet6only", "preferfamily", "readtimeout", "dnstimeout", "dnscache",
        "retryconnrefused", "retryonhttperror", "glob", "netrc", "remoteencoding", "localencoding", "serverresponse", "reclevel",
        "followftp", "debug", "noparent", "httpsonly", "secureprotocol", "ftpproxy", "noproxy", "reportspeed", "xattr", "bindaddress",
    ]

    /// `.wgetrc`: `name = value`, names without regard to case, dashes and underscores (wget's manual, Wgetrc Syntax).
    package static func wget(_ text: String) throws(Strange) -> [String] {
        var words: [String] = []
        for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
            let entry = String(line).trimmed
            guard !entry.isEmpty, !entry.hasPrefix("#") else { continue }
            let equals = entry.firstIndex(of: "=") ?? entry.endIndex
            let shown = String(entry[..<equals]).trimmed
            let name = shown.lowercased().filter { $0 != "-" && $0 != "_" }
            let value = equals < entry.endIndex ? String(entry[entry.index(after: equals)...]).trimmed : ""
            if let option = valued[name], !value.isEmpty {
                words.append("--\(option)=\(value)")
            } else if let known = switches[name], let isOn = truths[value.lowercased()] {
                if let word = isOn ? known.on : known.off { words.append(word) }
            } else if name == "httpproxy" || name == "httpsproxy" {
                words += ["-e", "\(name.prefix(name.count - 5))_proxy=\(value)"]
            } else if !silent.contains(name) {
                throw Strange(name: String(shown.prefix(40)))
            }
        }
        return words
    }
}
