import FetchTypes

/// Schemes that are none of ours: what to say about each.
enum UnknownSchemes {
    static func refusal(_ scheme: String, _ tail: Substring, _ typed: TypedText) -> Failure {
        if let ours = nearest[scheme] {
            // From the text as it may be repeated, user information gone.
            let shown = typed.text.unquoted.dropFirst(scheme.count + 1)
            let start = shown.hasPrefix("//") ? shown.dropFirst(2) : shown
            return typed.refused("\(scheme.quoted) is no kind of reference.", hint: "did you mean \(ours)\(start)?")
        }
        if scheme == "http" || scheme == "https" {
            return typed.refused(
                "it starts like a link, but what follows \"\(scheme):\" is not \"//\", a host and a path.",
                hint: "write \(scheme)://host/path/file, as the browser's address line shows it.")
        }
        if scheme == "file" || scheme.utf8.count == 1 {
            return typed.refused("it is a path on this machine, and only what a service holds can be fetched.", hint: TypedText.forms)
        }
        if scheme == "localhost" || scheme.contains("."), tail.prefix(while: { $0 != "/" }).isNumber {
            return typed.refused("it looks like a link without its scheme.", hint: "did you mean \("https://\(typed.text)".unquoted)?")
        }
        if let instead = other[scheme] {
            return typed.refused("\(scheme.quoted) links are understood as such, but only http and https are spoken here.", hint: instead)
        }
        return typed.refused(
            "\(scheme.quoted) is no kind of reference that is known here.",
            hint: "the kinds are civitai:, urn:air:, sha256:, hf:, gdrive:, github:, modelscope:, ollama: and https:// links.")
    }

    /// Spellings that other tools and plain habit suggest.
    private static let nearest = [
        "huggingface": "hf:", "hugging-face": "hf:", "hf-hub": "hf:", "hfhub": "hf:", "civit": "civitai:", "civit-ai": "civitai:",
        "model": "civitai:models/", "models": "civitai:models/", "version": "civitai:", "model-version": "civitai:",
        "drive": "gdrive:", "googledrive": "gdrive:", "gd": "gdrive:", "gh": "github:", "ms": "modelscope:", "sha-256": "sha256:",
    ]

    private static let other = [
        "ftp": "look for an https:// link to the same file.", "ftps": "look for an https:// link to the same file.",
        "sftp": "look for an https:// link to the same file.", "scp": "look for an https:// link to the same file.",
        "s3": "paste a presigned https:// link of the object.", "gs": "paste a signed https:// link of the object.",
        "az": "paste an https:// link of the object with its SAS.", "magnet": "look for an https:// link to the same file.",
        "data": "look for an https:// link to the same file.",
    ]
}

extension StringProtocol {
    /// As ``quoted``, without the marks: for a form that is to be typed.
    var unquoted: String { String(quoted.dropFirst().dropLast()) }
}
