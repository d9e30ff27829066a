import FetchTypes

/// `~/.netrc`, or what `NETRC` names: user names and passwords by host, in the form that curl and ftp share.
struct Netrc: Sendable {
    private let tokens: [Substring]

    init(_ text: String) {
        // A `macdef` runs to the next empty line and holds no machine; `#` comments fill their line.
        var isMacro = false
        var kept: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            if words.isEmpty { isMacro = false }
            if words.first == "macdef" { isMacro = true }
            if !isMacro { kept += words.prefix { !$0.hasPrefix("#") } }
        }
        tokens = kept
    }

    /// The file that the environment leads to; nil when there is none.
    static func ofUser(_ context: SourceContext) -> Netrc? {
        let path = context.environment["NETRC"].flatMap { $0.isEmpty ? nil : $0 } ?? context.environment["HOME"].map { $0 + "/.netrc" }
        return path.flatMap(context.readNetrc).map(Netrc.init)
    }

    /// `user:password` for exactly that host. A `default` entry holds for every host and so for none here.
    func userInformation(host: String) -> Secret? {
        var user: Substring?
        var password: Substring?
        var isOurs = false
        var index = 0
        while index < tokens.count {
            let value = index + 1 < tokens.count ? tokens[index + 1] : nil
            switch tokens[index] {
            case "machine":
                if isOurs, password != nil { index = tokens.count }
                isOurs = value?.lowercased() == host
                index += 2
            case "default":
                if isOurs, password != nil { index = tokens.count }
                isOurs = false
                index += 1
            case "login":
                if isOurs { user = value }
                index += 2
            case "password":
                if isOurs { password = value }
                index += 2
            default: index += 1
            }
        }
        guard let password else { return nil }
        return Secret("\(user ?? ""):\(password)")
    }
}
