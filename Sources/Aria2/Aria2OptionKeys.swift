internal import FetchTypes

/// The options of aria2 that a tuning file may and may not set.
enum Aria2OptionKeys {
    /// What a value must look like.
    enum Form: Sendable {
        case boolean
        /// A whole number.
        case number(ClosedRange<Int64>)
        /// Bytes, with `K` or `M` for 1024s.
        case size(ClosedRange<Int64>)
        case choice([String])
        /// aria2c judges.
        case text

        /// What is wrong with a value; nil when nothing is.
        func complaint(_ value: String) -> String? {
            switch self {
            case .boolean: ["true", "false"].contains(value) ? nil : "it must be true or false"
            case .number(let range):
                Int64(digits: value).map(range.contains) == true
                    ? nil : "it must be a number from \(range.lowerBound) to \(range.upperBound)"
            case .size(let range):
                Self.bytes(value).map(range.contains) == true
                    ? nil : "it must be a size such as 512K or 16M, from \(range.lowerBound) to \(range.upperBound) bytes"
            case .choice(let values): values.contains(value) ? nil : "it must be \(values.joined(separator: ", "))"
            case .text: value.isEmpty ? "it is empty" : nil
            }
        }

        /// `16M` in bytes.
        static func bytes(_ text: String) -> Int64? {
            let unit: Int64 = text.last.map { ["k": 1 << 10, "m": 1 << 20][$0.lowercased()] ?? 1 } ?? 1
            guard let number = Int64(digits: unit == 1 ? text[...] : text.dropLast()) else { return nil }
            let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: unit)
            return isTooLarge ? nil : bytes
        }
    }

    /// Tuning: taken from the file.
    static let tuning: [String: Form] = [
        "always-resume": .choice(["true"]),  // with false aria2c aborts, and every download with it, where a server lost ranges
        "async-dns": .boolean,
        "async-dns-server": .text,
        "auto-save-interval": .number(0...600),
        "connect-timeout": .number(1...600),
        "content-disposition-default-utf8": .boolean,
        "disable-ipv6": .boolean,
        "disk-cache": .size(0...(4 << 30)),
        "dscp": .number(0...63),
        "enable-async-dns6": .boolean,
        "enable-http-keep-alive": .boolean,
        "enable-http-pipelining": .boolean,
        "enable-mmap": .boolean,
        "event-poll": .choice(["epoll", "poll", "select"]),
        "file-allocation": .choice(["none", "prealloc", "trunc", "falloc"]),
        "http-accept-gzip": .choice(["false"]),  // a compressed answer has no ranges and no length
        "http-no-cache": .boolean,
        "interface": .text,
        "lowest-speed-limit": .size(0...(1 << 30)),
        "max-file-not-found": .number(0...100),
        "max-mmap-limit": .size(0...Int64.max),
        "max-tries": .number(1...100),  // 0 makes aria2c ask a dead server thousands of times a second
        "min-tls-version": .choice(["TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        "multiple-interface": .text,
        "no-file-allocation-limit": .size(0...Int64.max),
        "optimize-concurrent-downloads": .choice(["false"]),  // jobs wait in our queue
        "retry-wait": .number(0...600),
        "reuse-uri": .boolean,
        "rlimit-nofile": .number(1...1_048_576),
        "server-stat-timeout": .number(0...Int64(Int32.max)),
        "socket-recv-buffer-size": .size(0...(16 << 20)),
        "stream-piece-selector": .choice(["default", "inorder", "random", "geom"]),
        "timeout": .number(1...600),
        "uri-selector": .choice(["inorder", "feedback", "adaptive"]),
    ]

    /// Why an option is not taken from the file.
    enum Refusal: String, Sendable {
        case ours = "fetchctl sets it itself"
        case perDownload = "fetchctl sets it for every download (see --connections, --limit-rate, --jobs)"
        case unsafe = "it is not tuning (remote control, hooks, TLS, headers, logins, sessions, paths and proxies are not)"
        case unknown = "aria2 has no such tuning option"
    }

    /// Why `key`, which is not in ``tuning``, is left out.
    static func refusal(of key: String) -> Refusal {
        if ours.contains(key) { return .ours }
        if perDownload.contains(key) { return .perDownload }
        if unsafe.contains(key) || unsafePrefixes.contains(where: key.hasPrefix) || unsafeSuffixes.contains(where: key.hasSuffix) {
            return .unsafe
        }
        return .unknown
    }

    private static let ours: Set = [
        "allow-overwrite", "allow-piece-length-change", "auto-file-renaming", "check-integrity", "checksum", "conditional-get",
        "console-log-level", "continue", "download-result", "dry-run", "enable-color", "enable-dht", "enable-dht6", "follow-metalink",
        "follow-torrent", "force-save", "gid", "hash-check-only", "human-readable", "max-concurrent-downloads", "parameterized-uri",
        "pause", "quiet", "realtime-chunk-checksum", "remote-time", "remove-control-file", "show-console-readout", "stop",
        "stop-with-process", "summary-interval", "user-agent", "daemon", "keep-unfinished-download-result", "max-download-result",
    ]

    private static let perDownload: Set = [
        "max-connection-per-server", "max-download-limit", "max-overall-download-limit", "min-split-size", "piece-length", "split",
    ]

    private static let unsafe: Set = [
        "enable-rpc", "ca-certificate", "certificate", "check-certificate", "private-key", "header", "referer", "load-cookies",
        "save-cookies", "http-auth-challenge", "netrc-path", "no-netrc", "save-session", "save-session-interval", "dir", "out", "log",
        "log-level", "input-file", "deferred-input", "conf-path", "no-conf", "index-out", "server-stat-if", "server-stat-of",
        "torrent-file", "metalink-file", "save-not-found", "proxy-method", "no-proxy", "stderr",
    ]
    private static let unsafePrefixes = ["rpc-", "on-", "bt-", "dht-", "metalink-", "ftp-", "ssh-"]
    private static let unsafeSuffixes = ["-proxy", "-user", "-passwd"]
}
