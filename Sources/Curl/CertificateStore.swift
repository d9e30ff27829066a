#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where distributions keep the authorities that they trust, as one PEM file.
///
/// Looked for when the program runs: a libcurl that a wheel or an archive carries knows only the place of the machine
/// where it was built.
enum CertificateStore {
    /// In the order of looking. The first that can be read is taken, as Go's crypto/x509 does with its list.
    static let places = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Gentoo
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL 7 and later
        "/etc/pki/tls/certs/ca-bundle.crt",  // RHEL 6
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/var/lib/ca-certificates/ca-bundle.pem",  // SUSE
        "/etc/ssl/cert.pem",  // Alpine
    ]

    /// - Returns: nil where there is none; libcurl's own idea holds then.
    static func find(among places: [String] = places) -> String? { places.first { access($0, R_OK) == 0 } }
}
