import FetchTypes

/// What an aria2c line says of each of its downloads; a list's own lines go over it.
struct Aria2Terms: Sendable {
    private var directory: String?
    private var out: String?
    private var carriesOn: Bool
    private var overwrites: Bool
    private var renames: Bool
    private var takesServerTime: Bool
    private var headers: [(name: String, value: Secret)] = []
    private var checksum: String?
    /// Why only aria2c itself can do it.
    private(set) var handOver: String?

    init(_ line: ParsedLine) {
        directory = line.last("dir").flatMap { $0.isEmpty ? nil : $0 }
        out = line.last("out")
        carriesOn = line.isOn("continue")
        overwrites = line.isOn("allow-overwrite")
        renames = line.isOn("auto-file-renaming", default: true)
        takesServerTime = line.isOn("remote-time")
        headers = HeaderText.headers(line.all("header"))
        if let referer = line.last("referer") { headers.append(("Referer", Secret(referer))) }
        if let user = line.last("http-user") { headers.append(HeaderText.basic(user, line.last("http-passwd") ?? "")) }
        setChecksum(line.last("checksum"))
    }

    private mutating func setChecksum(_ text: String?) {
        guard let text else { return }
        checksum = text
        if !text.lowercased().hasPrefix("sha-256=") { handOver = "--checksum=\(text.prefix { $0 != "=" })" }
    }

    /// One option of a list's entry.
    /// - Returns: false when it is not known.
    mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case "dir": directory = value.isEmpty ? nil : value
        case "out": out = value
        case "continue": carriesOn = value != "false"
        case "allow-overwrite": overwrites = value != "false"
        case "auto-file-renaming": renames = value != "false"
        case "remote-time": takesServerTime = value != "false"
        case "header": headers += HeaderText.headers([value])
        case "referer": headers.append(("Referer", Secret(value)))
        case "checksum": setChecksum(value)
        default: return Aria2Line.flags.spec(name: name) != nil
        }
        return true
    }

    /// Of a list's entry, the name is its own.
    mutating func forgetName() { out = nil }

    private var existing: ExistingFilePolicy {
        let otherwise: ExistingFilePolicy.Longer = overwrites ? .overwrite : renames ? .number(.beforeExtension) : .refuse
        if carriesOn { return .carryOn(longer: otherwise) }
        return overwrites ? .overwrite : renames ? .number(.beforeExtension) : .refuse
    }

    /// - Parameter uris: the first one, and where the same bytes are besides.
    func download(_ uris: [String], takesName: Bool) throws(Failure) -> DropInDownload {
        var download = DropInDownload(uris[0], directory: directory, name: .byRule(.aria2), existing: existing)
        download.mirrors = Array(uris.dropFirst())
        download.headers = headers
        download.knowsControlFiles = true
        download.takesServerTime = takesServerTime
        if takesName, let out, !out.isEmpty {
            // A leading slash does not make it absolute unless the directory is the root.
            let base = directory ?? "."
            download.name = .fixed(base + (base.hasSuffix("/") ? "" : "/") + out.drop { $0 == "/" })
            if directory == nil, out.hasPrefix("/") { download.name = .fixed("./" + out.drop { $0 == "/" }) }
            download.directory = nil
        }
        if let checksum {
            guard let digest = PublishedDigest(.sha256, hex: String(checksum.drop { $0 != "=" }.dropFirst())) else {
                throw Failure(.usage, "--checksum=\(checksum): it must be 64 hexadecimal digits")
            }
            download.digest = digest
        }
        return download
    }
}
