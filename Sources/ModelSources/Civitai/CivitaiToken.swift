internal import FetchTypes

/// A CivitAI token and where it was found.
struct CivitaiToken: Sendable {
    var secret: Secret
    /// A variable's name, a file, or the link itself, for messages.
    var place: String

    /// The reference's own first, then the environment's, then the stored login, then the file that `civitai-downloader` writes.
    static func find(in reference: Secret?, _ context: SourceContext) -> CivitaiToken? {
        if let secret = reference.flatMap({ Secret(trimming: $0.reveal()) }) { return CivitaiToken(secret: secret, place: "the link") }
        for name in variables {
            guard let value = context.environment[name], !value.isEmpty else { continue }
            if let secret = Secret(trimming: value) { return CivitaiToken(secret: secret, place: name) }
            if value.contains(where: { !$0.isWhitespace }) {
                context.warn("token_unusable", "\(name) is passed over: it holds a control character in the middle.")
            }
        }
        if let stored = StoredLogins.civitaiToken(context) { return stored }
        guard let home = context.environment["HOME"], !home.isEmpty,
            let secret = context.readFile("\(home)/.civitai/config").flatMap(Secret.init(trimming:))
        else { return nil }
        return CivitaiToken(secret: secret, place: file)
    }

    static let places = "looked at " + (variables + ["the stored login", file]).joined(separator: ", ")

    /// In the order of looking.
    static let variables = ["CIVITAI_API_TOKEN", "CIVITAI_TOKEN", "CIVITAI_API_KEY"]
    private static let file = "~/.civitai/config"
}
