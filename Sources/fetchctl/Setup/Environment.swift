import FetchTypes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The process environment, read once.
enum Environment {
    /// A variable that this program reads, mostly for paths, whose value is not UTF-8; nil when there is none.
    static func unreadablePath() -> String? {
        var entry = environ
        while let text = entry.pointee {
            entry += 1
            guard SystemText.read(text) == nil else { continue }
            let bytes = (0..<strlen(text)).map { UInt8(bitPattern: text[$0]) }
            guard let name = SystemText.read(bytes.prefix { $0 != UInt8(ascii: "=") }) else { continue }
            let isOurs = ["FETCHCTL_", "HF_", "HUGGINGFACE_", "XDG_"].contains { name.hasPrefix($0) }
            if isOurs || ["HOME", "TMPDIR", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NETRC"].contains(name) { return name }
        }
        return nil
    }
}
