import Curl
import Storage

/// The certificate authorities that both engines trust, and the variables that name them.
struct CertificateCheck {
    let environment: [String: String]

    private static let name = "certificates"
    /// In the order in which they are tried.
    private static let variables = ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"]

    private enum Finding {
        case good(String)
        case bad(String)
    }

    /// What is used comes first. A variable that is wrong and has no say now is named too: it will have when the others are gone.
    func run() -> [DoctorCheck] {
        let named = Self.variables.compactMap { variable in
            environment[variable].flatMap { $0.isEmpty ? nil : (variable, $0) }
        }
        guard let (used, path) = named.first else { return [system()] }
        let hint = "correct or unset \(used): nothing else is looked at while it is set."
        let first =
            switch finding(used, path) {
            case .good(let what): DoctorCheck(Self.name, .good, "\(what), named by \(used).")
            case .bad(let what): DoctorCheck(Self.name, .bad, "\(used): \(what).", do: hint)
            }
        return [first]
            + named.dropFirst().compactMap { variable, path in
                guard case .bad(let what) = finding(variable, path) else { return nil }
                return DoctorCheck(
                    Self.name, .warning, "\(variable): \(what); \(used) is used in its place.", do: "correct or unset \(variable).")
            }
    }

    private func system() -> DoctorCheck {
        let hint = "install ca-certificates, or name a PEM file with SSL_CERT_FILE."
        guard let file = NetworkSettings(userAgent: "").certificateFile else {
            return DoctorCheck(Self.name, .warning, "no file of certificates was found; libcurl's own place is used.", do: hint)
        }
        switch finding("", file) {
        case .good(let what): return DoctorCheck(Self.name, .good, "\(what).")
        case .bad(let what): return DoctorCheck(Self.name, .bad, "\(what).", do: hint)
        }
    }

    private func finding(_ variable: String, _ path: String) -> Finding {
        let isFolder = Disk.followedStatus(path)?.kind == .directory
        if variable == "SSL_CERT_DIR" || variable == "REQUESTS_CA_BUNDLE" && isFolder {
            let count = Disk.names(in: path).count
            return count > 0 ? .good("\(path), a folder of \(count) files") : .bad("the folder \(path) is empty or not there")
        }
        guard !isFolder else { return .bad("\(path) is a folder, and a PEM file is wanted") }
        guard let bytes = Disk.contents(path, limit: 16 << 20, onlyFiles: true) else { return .bad("\(path) cannot be read") }
        let text = String(decoding: bytes, as: UTF8.self)
        let count = ["CERTIFICATE", "TRUSTED CERTIFICATE"].reduce(0) { $0 + text.ranges(of: "-----BEGIN \($1)-----").count }
        return count > 0 ? .good("\(path), \(count) authorities") : .bad("\(path) holds no certificate in PEM form")
    }
}
