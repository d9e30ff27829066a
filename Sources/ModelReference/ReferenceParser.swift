package import FetchTypes

/// What a person may type, understood: strings in, values out, no I/O.
///
/// Every refusal is a ``Failure`` of kind `usage` that says what was understood, what was not, and the
/// nearest valid form. No message and no ``ParsedReference/shown`` holds a token, a password or a signature.
package struct ReferenceParser: Sendable {
    let endpoints: ServiceEndpoints
    let pathExists: @Sendable (String) -> Bool
    let nearPaths: @Sendable (String) -> [String]?
    let prefersPaths: Bool

    /// - Parameters:
    ///   - pathExists: whether a local file or folder of that name is there; asked for bare text only, which might be meant as either.
    ///   - nearPaths: local files whose paths differ from that text by a typing error or in the ending, the nearest first; nil where the
    ///     folder that it names is not there. Asked for bare text only.
    ///   - prefersPaths: whether a text that has something near is a path, and never a repo: for what reads files of this machine.
    package init(
        endpoints: ServiceEndpoints, pathExists: @escaping @Sendable (String) -> Bool,
        nearPaths: @escaping @Sendable (String) -> [String]? = { _ in nil }, prefersPaths: Bool = false
    ) {
        self.endpoints = endpoints
        self.pathExists = pathExists
        self.nearPaths = nearPaths
        self.prefersPaths = prefersPaths
    }

    /// - Throws: ``Failure`` of kind `usage`; its code is 69 instead of 64 for a service that is known but not supported.
    package func parse(_ text: String) throws(Failure) -> ParsedReference {
        let typed = try TypedText(text)
        try refuseSeveral(typed)
        if let url = try PastedURL(typed, endpoints) { return try url.parse() }
        guard let (scheme, tail) = typed.scheme else {
            let bare = try BareForms.parse(typed, pathExists: pathExists, nearPaths: nearPaths, prefersPaths: prefersPaths)
            return ParsedReference(.huggingFace(bare), shown: typed.text)
        }
        return ParsedReference(try reference(scheme, tail, typed), shown: typed.text)
    }

    private func reference(_ scheme: String, _ tail: Substring, _ typed: TypedText) throws(Failure) -> ModelReference {
        switch scheme {
        case "hf": .huggingFace(try HubForms.parse(tail.hasPrefix("//") ? tail.dropFirst(2) : tail, typed))
        case "civitai": .civitai(try CivitaiForms.parse(tail, typed))
        case "urn", "air": try AIRForms.parse(typed)
        case "sha256": .civitai(try CivitaiForms.parse(hash: tail, typed))
        case "gdrive": .googleDrive(try DriveForms.parse(tail, typed))
        case "github": .gitHub(try GitHubForms.parse(tail, typed))
        case "modelscope": .modelScope(try ModelScopeForms.parse(tail, typed))
        case "ollama": .ollama(try OllamaForms.parse(tail, typed))
        default:
            if AIRForms.hasTheShape(typed) { try AIRForms.parse(typed) } else { throw UnknownSchemes.refusal(scheme, tail, typed) }
        }
    }

    /// Two references in one argument: quoting went wrong, or a list lost its line breaks.
    private func refuseSeveral(_ typed: TypedText) throws(Failure) {
        let words = typed.text.split { $0.isWhitespace }.dropFirst().map { $0.lowercased() }
        let starts = ["http://", "https://", "hf:", "civitai:", "urn:air:", "gdrive:", "github:"]
        guard words.contains(where: { word in starts.contains { word.hasPrefix($0) } }) else { return }
        throw typed.refused(
            "it has several references with white space between them.",
            hint: "give each as its own argument; in an input file, one a line, and mirrors of one file with a tab between them.")
    }
}
