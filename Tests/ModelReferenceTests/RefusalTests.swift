import FetchTypes
import ModelReference
import Testing

@Suite("Text that is not a reference") struct RefusalTests {
    static let forms = "write civitai:VERSION-ID, hf:org/name, or a link that starts with https://."
    static let noScheme = "it has no scheme such as civitai: or hf:, and it is no org/name either."
    static let onlyRepo = "without a scheme only org/name is understood, a whole Hugging Face repo."
    static let elsewhere = "links are understood as such, but only http and https are spoken here."
    static let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    static let bare = [
        Bad("128078", why: "a number alone does not say whose it is.", hint: "did you mean civitai:128078?"),
        Bad(" 128078 ", why: "a number alone does not say whose it is.", hint: "did you mean civitai:128078?"),
        Bad("101055@128078", why: "two numbers do not say whose they are.", hint: "did you mean civitai:101055@128078?"),
        Bad("101055@128078+5", why: "two numbers do not say whose they are.", hint: "did you mean civitai:101055@128078+5?"),
        Bad("0", why: noScheme, hint: forms),
        Bad(hash, why: "it is 64 hexadecimal digits and nothing else.", hint: "did you mean sha256:\(hash)?"),
        Bad("gpt2", why: "a single word does not say whose it is.", hint: "did you mean hf:gpt2?"),
        Bad("gpt2@main", why: "a single word does not say whose it is.", hint: "did you mean hf:gpt2@main?"),
        Bad(
            "model.safetensors", why: "a file's name alone does not say whose it is.",
            hint: "for a file of a Hugging Face repo write hf:org/name/model.safetensors."),
        Bad("org/name/a.bin", why: onlyRepo, hint: "did you mean hf:org/name/a.bin?"),
        Bad("org/name/dir/", why: onlyRepo, hint: "did you mean hf:org/name/dir/?"),
        Bad("org/name@main", why: onlyRepo, hint: "did you mean hf:org/name@main?"),
        Bad("org/", why: onlyRepo, hint: "did you mean hf:org?"),
        Bad("datasets/squad", why: onlyRepo, hint: "did you mean hf:datasets/squad?"),
        Bad("datasets/org/name", why: onlyRepo, hint: "did you mean hf:datasets/org/name?"),
        Bad("example.com/a/b.bin", why: onlyRepo, hint: "did you mean hf:example.com/a/b.bin or, for a link, https://example.com/a/b.bin?"),
        Bad("www.example.com/a.bin", why: "it looks like a link without its scheme.", hint: "did you mean https://www.example.com/a.bin?"),
        Bad(
            "/models/a.bin", why: "it is written as a path on this machine.",
            hint: "for a file of a Hugging Face repo write hf:org/name/path/file."),
        Bad(
            "~/a.bin", why: "it is written as a path on this machine.",
            hint: "for a file of a Hugging Face repo write hf:org/name/path/file."),
        Bad("-x", why: noScheme, hint: forms),
        Bad("🦙", why: noScheme, hint: forms),
        Bad("two words", why: noScheme, hint: forms),
        Bad(":", why: noScheme, hint: forms),
    ]

    static let schemes = [
        Bad("ftp://host/a.bin", why: "\"ftp\" \(elsewhere)", hint: "look for an https:// link to the same file."),
        Bad("s3://bucket/a.bin", why: "\"s3\" \(elsewhere)", hint: "paste a presigned https:// link of the object."),
        Bad("magnet:?xt=urn:btih:abc", why: "\"magnet\" \(elsewhere)", hint: "look for an https:// link to the same file."),
        Bad("file:///a.bin", why: "it is a path on this machine, and only what a service holds can be fetched.", hint: forms),
        Bad("C:\\models\\a.bin", why: "it is a path on this machine, and only what a service holds can be fetched.", hint: forms),
        Bad("huggingface:org/name", why: "\"huggingface\" is no kind of reference.", hint: "did you mean hf:org/name?"),
        Bad("model:101055", why: "\"model\" is no kind of reference.", hint: "did you mean civitai:models/101055?"),
        Bad("gh:o/r@v1/a.bin", why: "\"gh\" is no kind of reference.", hint: "did you mean github:o/r@v1/a.bin?"),
        Bad(
            "example.com:8080/a.bin", why: "it looks like a link without its scheme.", hint: "did you mean https://example.com:8080/a.bin?"),
        Bad(
            "nonsense:x", why: "\"nonsense\" is no kind of reference that is known here.",
            hint: "the kinds are civitai:, urn:air:, sha256:, hf:, gdrive:, github:, modelscope:, ollama: and https:// links."),
        Bad(
            "https:/host/a.bin", why: "it starts like a link, but what follows \"https:\" is not \"//\", a host and a path.",
            hint: "write https://host/path/file, as the browser's address line shows it."),
    ]

    static let hostHint = "write https://host/path/file, as the browser's address line shows it; a name outside ASCII in its xn-- form."
    static let broken = [
        "https://", "https:///a.bin", "https://host:0/a", "https://host:99999/a", "https://host:+80/a", "https://ho st/a", "https://höst/a",
        "https://[::1/a", "https://::1/a", "https://user@/a",
    ].map { Bad($0, why: "it is a link, but its host or port is not one.", hint: hostHint) }

    @Test("Bare text names the nearest form", arguments: bare)
    func bareText(_ bad: Bad) throws { try bad.check() }

    @Test("An unknown scheme names the nearest one, or the supported ones", arguments: schemes)
    func unknownSchemes(_ bad: Bad) throws { try bad.check() }

    @Test("A link without a usable host is refused", arguments: broken)
    func brokenLinks(_ bad: Bad) throws { try bad.check() }

    @Test(
        "A local path that exists is never taken for a repo",
        arguments: [
            Bad(
                "org/name", why: "a local file or folder of that name exists, and only what a service holds can be fetched.",
                hint: "for the Hugging Face repo write hf:org/name."),
            Bad(
                "a.bin", why: "a local file or folder of that name exists, and only what a service holds can be fetched.",
                hint: "for a file of a Hugging Face repo write hf:org/name/a.bin."),
            Bad(
                "/srv/a.bin", why: "it is a path that exists on this machine.",
                hint: "for a file of a Hugging Face repo write hf:org/name/path/file."),
        ])
    func existingPaths(_ bad: Bad) throws { try bad.check(existing: ["org/name", "a.bin", "/srv/a.bin"]) }

    @Test("Text with a scheme is never looked up on the disk")
    func schemesAreNotPaths() throws {
        #expect(try parse("hf:org/name", existing: ["hf:org/name"]).reference == .huggingFace(HubReference(repo: "org/name")))
    }

    @Test("Empty text is refused", arguments: ["", " ", "\n\t ", "\u{feff}"])
    func emptyText(_ text: String) throws {
        let failure = try refusal(text)
        #expect(
            failure.description == """
                error: a reference is empty.
                  why: nothing but spaces was given, perhaps by a variable that is not set.
                  do:  \(Self.forms)
                """)
    }

    @Test("Text beyond any link's length is refused without being repeated")
    func overlongText() throws {
        let failure = try refusal("https://host/" + String(repeating: "a", count: 16_384))
        #expect(failure.message == "a reference of 16397 bytes is too long.")
        #expect(failure.why == "the longest one accepted has 16384 bytes.")
        let longest = "https://host/" + String(repeating: "a", count: 16_384 - 13)
        #expect(try parse(longest).shown == longest)
    }

    @Test(
        "A control character inside is refused and not repeated",
        arguments: ["civitai:1\u{1b}[2J", "hf:org/na\nme", "https://h/\u{0}", "hf:a\u{85}b/c"])
    func controlCharacters(_ text: String) throws {
        let failure = try refusal(text)
        #expect(failure.why == "it has a control character or a line break inside.")
        #expect(!failure.message.unicodeScalars.contains { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) })
    }

    @Test(
        "Several references in one argument are told apart",
        arguments: ["https://a/x https://b/y", "civitai:1 civitai:2", "org/name hf:gpt2"])
    func several(_ text: String) throws {
        #expect(try refusal(text).why == "it has several references with white space between them.")
    }

    @Test(
        "A pasted access token is never repeated",
        arguments: [
            "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", "ghp_0123456789abcdefghijklmnopqrstuvwxyz", "0123456789abcdef0123456789abcdef",
            "github_pat_0123456789abcdefghijklmnopqrstuvwxyz",
        ])
    func accessTokens(_ token: String) throws {
        #expect(try refusal(token).message == "a reference has the shape of an access token.")
        for around in ["civitai:\(token)", "hf:org/name:\(token)", "nonsense:\(token)", "gdrive:x/\(token)", "\(token) x"] {
            #expect(!(try refusal(around).description.contains(token)), "\(around)")
        }
    }

    @Test(
        "A refused link repeats neither its password nor its query",
        arguments: [
            "https://user:s3cret@ho st/a", "https://civitai.com/images/5?token=s3cret", "ftp://user:s3cret@host/a?sig=s3cret",
            "civitai:1&token=s3cret", "nonsense:token=s3cret", "https://huggingface.co/docs?token=s3cret",
            "hf:org/name?token=s3cret",
            "example.com/a?token=s3cret", "example.com:80/a?token=s3cret", "https://user:s3cret@civitai.com/models/x",
            "huggingface:org/name?token=s3cret", "hf://me:s3cret@org/name",
            "huggingface://me:s3cret@org/name", "nonsense://me:s3cret@host/a", "https://a/?token=s3cret https://b",
            "hf:https://u:s3cret@huggingface.co/a",
        ])
    func secretsInRefusals(_ text: String) throws {
        #expect(!(try refusal(text).description.contains("s3cret")))
    }
}
