internal import FetchTypes

/// What `fetchctl login` keeps of its own: `$XDG_CONFIG_HOME/fetchctl/credentials`, an INI file.
///
/// `[civitai]` holds a token. Of Hugging Face it holds no token, only which ones were put where `huggingface_hub` keeps its own
/// (`[hf NAME]` with the token's SHA-256), so that a logout takes away those and no others.
package enum StoredLogins {
    /// Where the file is; nil without a home.
    package static func path(_ environment: [String: String]) -> String? {
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return base + "/fetchctl/credentials" }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config/fetchctl/credentials" }
    }

    package static let civitaiSection = "civitai"
    package static let tokenKey = "token"
    package static let digestKey = "token_sha256"

    package static func hubSection(_ name: String) -> String { "hf " + name }

    /// The names of the Hugging Face tokens that a login of ours put in.
    package static func hubNames(_ file: INIText) -> [String] {
        file.sections.filter { $0.hasPrefix("hf ") }.map { String($0.dropFirst(3)) }
    }

    static func civitaiToken(_ context: SourceContext) -> CivitaiToken? {
        guard let path = path(context.environment), let text = context.readFile(path),
            let secret = INIText(text).value(tokenKey, in: civitaiSection).flatMap(Secret.init(trimming:))
        else { return nil }
        return CivitaiToken(secret: secret, place: path)
    }
}
