#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How this process reaches the network: proxies, certificate authorities, name.
///
/// Read from the environment by us, because libcurl reads only some of these names and aria2c others.
package struct NetworkSettings: Sendable {
    /// What we call ourselves. Never a browser's name: services answer those with pages instead of errors.
    package var userAgent: String
    package var proxies: ProxySettings
    /// A PEM file with the authorities to trust: that of the environment, else the system's; nil: what libcurl knows.
    package var certificateFile: String?
    /// A directory of hashed PEM files; nil: the file alone.
    package var certificateDirectory: String?
    /// Whether a server need not prove who it is, where a request carries nothing secret.
    package var acceptsAnyCertificate = false
    /// Which addresses of a host are connected to.
    package var ipVersion = IPVersion.any
    /// Seconds to make a connection in.
    package var connectTimeout: Int = 15
    /// Seconds after which a connection without data is given up.
    package var silenceLimit: Int = 30

    package init(userAgent: String, environment: [String: String] = [:]) {
        self.userAgent = userAgent
        proxies = ProxySettings(environment: environment)
        let set = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        certificateFile = set("CURL_CA_BUNDLE") ?? set("SSL_CERT_FILE")
        certificateDirectory = certificateFile == nil ? set("SSL_CERT_DIR") : nil
        // REQUESTS_CA_BUNDLE comes last in the order and may be either.
        if certificateFile == nil, certificateDirectory == nil, let bundle = set("REQUESTS_CA_BUNDLE") {
            if Self.isDirectory(bundle) { certificateDirectory = bundle } else { certificateFile = bundle }
        }
        #if os(Linux)
            if certificateFile == nil, certificateDirectory == nil { certificateFile = CertificateStore.find() }
        #endif
    }

    private static func isDirectory(_ path: String) -> Bool {
        guard let directory = opendir(path) else { return false }
        closedir(directory)
        return true
    }
}

/// Of which version the addresses are that are connected to.
package enum IPVersion: Sendable {
    case any, four, six
}
