import FetchTypes
import ModelReference
import Testing

@Suite("Hugging Face references") struct HubTests {
    private static func good(
        _ text: String, _ repo: String, _ revision: String? = nil, _ part: HubReference.Part = .whole,
        type: HubReference.RepoType = .model, shown: String? = nil
    ) -> Good {
        Good(text, .huggingFace(HubReference(type: type, repo: repo, revision: revision, part: part)), shown: shown)
    }

    static let typed = [
        good("org/name", "org/name"),
        good("01-ai/Yi-1.5_9B.v2", "01-ai/Yi-1.5_9B.v2"),
        good("hf:org/name", "org/name"),
        good("HF:org/name", "org/name"),
        good("hf://org/name", "org/name"),
        good("hf:gpt2", "gpt2"),
        good("hf:gpt2/", "gpt2"),
        good("hf:org/name/", "org/name"),
        good("hf:models/org/name", "org/name"),
        good("hf:datasets/org/name", "org/name", type: .dataset),
        good("hf:datasets/squad", "squad", type: .dataset),
        good("hf:spaces/org/name@main/app.py", "org/name", "main", .path("app.py"), type: .space),
        good("hf:org/name@v1.0", "org/name", "v1.0"),
        good("hf:gpt2@main/config.json", "gpt2", "main", .path("config.json")),
        good("hf:gpt2/config.json", "gpt2/config.json"),
        good("hf:org/name/a.safetensors", "org/name", nil, .path("a.safetensors")),
        good("hf:org/name/dir/a.safetensors", "org/name", nil, .path("dir/a.safetensors")),
        good("hf:org/name/dir/", "org/name", nil, .folder("dir")),
        good("hf:org/name@main/", "org/name", "main"),
        good("hf:org/name@main/dir/sub/", "org/name", "main", .folder("dir/sub")),
        good("hf:org/name@refs/pr/12", "org/name", "refs/pr/12"),
        good("hf:org/name@refs/pr/12/dir/a.bin", "org/name", "refs/pr/12", .path("dir/a.bin")),
        good("hf:datasets/org/name@refs/convert/parquet/default/", "org/name", "refs/convert/parquet", .folder("default"), type: .dataset),
        good("hf:org/name@refs%2Fpr%2F12/a.bin", "org/name", "refs/pr/12", .path("a.bin")),
        good("hf:org/name@feature%2fnew/a.bin", "org/name", "feature/new", .path("a.bin")),
        good("hf:org/name@feature/a.bin", "org/name", "feature", .path("a.bin")),
        good("hf:org/name/logo@2x.png", "org/name", nil, .path("logo@2x.png")),
        good("hf:org/name@main/logo@2x.png", "org/name", "main", .path("logo@2x.png")),
        good("hf:org/name/my model (1) [x].bin", "org/name", nil, .path("my model (1) [x].bin")),
        good("hf:org/name/my%20model.bin", "org/name", nil, .path("my model.bin")),
        good("hf:org/name/100%.bin", "org/name", nil, .path("100%.bin")),
        good("hf:org/name/モデル.bin", "org/name", nil, .path("モデル.bin")),
        good("hf:org/name/.gitattributes", "org/name", nil, .path(".gitattributes")),
        good("hf:org/name/a..b/c", "org/name", nil, .path("a..b/c")),
        good("hf:org/name:Q4_K_M", "org/name", nil, .quantisation("Q4_K_M")),
        good("org/name:q4_k_m", "org/name", nil, .quantisation("q4_k_m")),
        good("hf:org/name@v1:UD-Q4_K_XL", "org/name", "v1", .quantisation("UD-Q4_K_XL")),
        good("hf:org/name@refs/pr/1:Q8_0", "org/name", "refs/pr/1", .quantisation("Q8_0")),
        good("hf:models/org/name:latest", "org/name", nil, .quantisation("latest")),
        good("hf:gpt2@main:F16", "gpt2", "main", .quantisation("F16")),
        good("hf:org/name/a:b.bin", "org/name", nil, .path("a:b.bin")),
        good("hf:org/name@main/dir/a:b.bin", "org/name", "main", .path("dir/a:b.bin")),
        good("urn:air:sdxl:checkpoint:huggingface:org/name@main", "org/name", "main"),
        good("urn:air:model:huggingface:org/name-v1.0", "org/name-v1.0"),
    ]

    static let links = [
        good("https://huggingface.co/org/name", "org/name"),
        good("https://huggingface.co/org/name/", "org/name"),
        good("huggingface.co/org/name", "org/name", shown: "https://huggingface.co/org/name"),
        good("http://www.huggingface.co/org/name", "org/name"),
        good("https://hf.co/gpt2", "gpt2"),
        good(
            "hf.co/org/name:Q4_K_M", "org/name", nil, .quantisation("Q4_K_M"), shown: "https://hf.co/org/name:Q4_K_M"),
        good("https://huggingface.co/org/name/tree/main", "org/name", "main"),
        good("https://huggingface.co/org/name/tree/main/dir/sub", "org/name", "main", .folder("dir/sub")),
        good("https://huggingface.co/org/name/blob/main/a.safetensors", "org/name", "main", .path("a.safetensors")),
        good(
            "https://huggingface.co/org/name/resolve/main/dir/a%20b.bin?download=true", "org/name", "main", .path("dir/a b.bin"),
            shown: "https://huggingface.co/org/name/resolve/main/dir/a%20b.bin"),
        good(
            "https://huggingface.co/org/name/raw/v1/README.md#top", "org/name", "v1", .path("README.md"),
            shown: "https://huggingface.co/org/name/raw/v1/README.md"),
        good("https://huggingface.co/org/name/resolve/refs%2Fpr%2F1/a.bin", "org/name", "refs/pr/1", .path("a.bin")),
        good("https://huggingface.co/org/name/resolve/refs/pr/1/a.bin", "org/name", "refs/pr/1", .path("a.bin")),
        good("https://huggingface.co/gpt2/resolve/main/config.json", "gpt2", "main", .path("config.json")),
        good("https://huggingface.co/datasets/org/name/resolve/main/a.parquet", "org/name", "main", .path("a.parquet"), type: .dataset),
        good("https://huggingface.co/datasets/squad/tree/main", "squad", "main", type: .dataset),
        good("https://huggingface.co/spaces/org/name/blob/main/app.py", "org/name", "main", .path("app.py"), type: .space),
        good(
            "https://huggingface.co/org/name/commit/0123456789012345678901234567890123456789", "org/name",
            "0123456789012345678901234567890123456789"),
        good("https://huggingface.co/api/models/org/name", "org/name"),
        good("https://huggingface.co/api/datasets/org/name/revision/main", "org/name", "main", type: .dataset),
        good(
            "https://huggingface.co/api/models/org/name/tree/main/dir?recursive=true", "org/name", "main", .folder("dir"),
            shown: "https://huggingface.co/api/models/org/name/tree/main/dir"),
        good(
            "https://user:s3cret@huggingface.co/org/name/resolve/main/a.bin?token=s3cret", "org/name", "main", .path("a.bin"),
            shown: "https://huggingface.co/org/name/resolve/main/a.bin"),
    ]

    @Test("A typed reference names a repo, a revision, a file or a folder", arguments: typed)
    func typedForms(_ good: Good) throws { try good.check() }

    @Test("A pasted link is the reference that it leads to", arguments: links)
    func pastedLinks(_ good: Good) throws { try good.check() }

    @Test("A link below HF_ENDPOINT is the Hub's, its own path included; a file's name there is a plain link")
    func standIn() throws {
        let environment = ["HF_ENDPOINT": "http://127.0.0.1:9001/mirror/"]
        let file = HubReference(repo: "org/name", revision: "main", part: .path("a.bin"))
        try Good("http://127.0.0.1:9001/mirror/org/name/resolve/main/a.bin", .huggingFace(file)).check(environment: environment)
        try Good("https://huggingface.co/org/name/blob/main/a.bin", .huggingFace(file)).check(environment: environment)
        try Good("http://127.0.0.1:9001/mirror/org/name", .huggingFace(HubReference(repo: "org/name"))).check(environment: environment)
        for plain in [
            "http://127.0.0.1:9001/org/name", "http://127.0.0.1:9001/mirror/files/a.safetensors", "http://127.0.0.1:9001/mirror/a/b/c.bin",
        ] {
            try Good(plain, .direct(try #require(WebURL(plain)))).check(environment: environment)
        }
    }

    static let form = "write hf:org/name as the repo's page shows it, and a file behind it: hf:org/name/path/file."
    static func repo(_ id: String, _ problem: String) -> String { "it was read as the repo \"\(id)\", but \(problem)." }
    static let revisionForm = "write a branch, tag or commit, such as @main; a slash in it is %2F."
    static let refs = "of the revisions below \"refs/\" only refs/pr/N and refs/convert/NAME are written with their slashes."
    static let marks = "a revision holds no white space and none of ~ ^ : ? * [ \\"
    static let noRevision = Bad(
        "", why: "no revision follows the \"@\".", hint: "write a branch, tag or commit, such as @main, or leave the \"@\" out.")

    static let tagForm =
        "write hf:org/name:TAG, for example hf:org/name:Q4_K_M; fetchctl info org/name shows which there are."

    static let bad = [
        Bad("hf:org/name:", why: "\"\" behind the colon is no quantisation's name.", hint: tagForm),
        Bad("org/name:Q4 K", why: "\"Q4 K\" behind the colon is no quantisation's name.", hint: tagForm),
        Bad(
            "hf:datasets/org/name:Q4_0", why: "a quantisation's name follows what is not a model repo.",
            hint: "write hf:org/name:TAG, for example hf:org/name:Q4_K_M."),
        Bad("hf:", why: "it names no repo.", hint: "write hf:org/name, for example hf:openai-community/gpt2."),
        Bad("hf://", why: "it names no repo.", hint: "write hf:org/name, for example hf:openai-community/gpt2."),
        Bad("hf:datasets", why: "it names no repo.", hint: "write hf:datasets/org/name, for example hf:datasets/rajpurkar/squad."),
        Bad("hf:spaces/", why: "it names no repo.", hint: "write hf:spaces/org/name, for example hf:spaces/gradio/hello_world."),
        Bad("hf:/org/name", why: "a slash is where the repo's name should begin.", hint: "did you mean hf:org/name?"),
        Bad(
            "hf:https://huggingface.co/org/name", why: "a whole link follows \"hf:\".",
            hint: "paste the link alone: https://huggingface.co/org/name"),
        Bad(
            "hf:huggingface.co/org/name", why: "a link's host follows \"hf:\".",
            hint: "paste the link alone: https://huggingface.co/org/name"),
        Bad(
            "hf:org/name/a.bin?download=true", why: "a \"?\" begins a link's query, and an hf: reference has none.",
            hint: "did you mean hf:org/name/a.bin? A \"?\" in a file's name is written %3F."),
        Bad(
            "hf:main:org@name", why: "it begins like a link with a user and a password.",
            hint: "write hf:org/name, for example hf:openai-community/gpt2."),
        Bad("hf:or g/name", why: repo("or g/name", "only letters, digits, \"-\", \"_\" and \".\" may be in a repo id"), hint: form),
        Bad("hf:örg/name", why: repo("örg/name", "only letters, digits, \"-\", \"_\" and \".\" may be in a repo id"), hint: form),
        Bad("hf:org/na--me", why: repo("org/na--me", "\"--\" may not be in a repo id"), hint: form),
        Bad("hf:org/na..me", why: repo("org/na..me", "\"..\" may not be in a repo id"), hint: form),
        Bad("hf:org/..", why: repo("org/..", "\"..\" may not be in a repo id"), hint: form),
        Bad("hf:org/name.git", why: repo("org/name.git", "a repo id does not end in \".git\""), hint: form),
        Bad("hf:-org/name", why: repo("-org/name", "a name in a repo id does not begin or end with \"-\" or \".\""), hint: form),
        Bad("hf:org/name.", why: repo("org/name.", "a name in a repo id does not begin or end with \"-\" or \".\""), hint: form),
        Bad("hf:org//a.bin", why: repo("org/", "a name is missing beside the \"/\""), hint: form),
        Bad(
            "hf:org/" + String(repeating: "n", count: 97),
            why:
                "it was read as the repo \"org/\(String(repeating: "n", count: 96))…\", but a name in a repo id has 96 characters at most.",
            hint: form),
        Bad("org/na--me", why: repo("org/na--me", "\"--\" may not be in a repo id"), hint: form),
        Bad("hf:org/name@", why: noRevision.why, hint: noRevision.hint),
        Bad("hf:org/name@/a.bin", why: noRevision.why, hint: noRevision.hint),
        Bad("hf:gpt2@", why: noRevision.why, hint: noRevision.hint),
        Bad("hf:org/name@refs/heads/main/a.bin", why: refs, hint: "did you mean hf:org/name@main/a.bin?"),
        Bad("hf:org/name@refs/tags/v1", why: refs, hint: "did you mean hf:org/name@v1?"),
        Bad("hf:org/name@refs/pr/x", why: refs, hint: "write each slash of the revision as %2F: @refs%2Fpr%2Fx"),
        Bad("hf:org/name@refs/", why: refs, hint: "write each slash of the revision as %2F: @refs%2F"),
        Bad("hf:org/name@ma in", why: "it was read as the revision \"ma in\", but \(marks).", hint: revisionForm),
        Bad("hf:org/name@main:a.bin", why: "\"a.bin\" behind the colon is no quantisation's name.", hint: tagForm),
        Bad("hf:org/name@a%00b", why: "it was read as the revision \"a\u{FFFD}b\", but \(marks).", hint: revisionForm),
        Bad(
            "hf:org/name@a..b", why: "it was read as the revision \"a..b\", but \"..\", \"//\" and \"@{\" may not be in one.",
            hint: revisionForm),
        Bad(
            "hf:org/name@%2Fx", why: "it was read as the revision \"/x\", but a revision does not begin or end like that.",
            hint: revisionForm),
        Bad("hf:org/name/../x", why: "in the path \"../x\" \"..\" leads elsewhere.", hint: "write the path from the top of the repo."),
        Bad("hf:org/name/a/./b", why: "in the path \"a/./b\" \".\" leads elsewhere.", hint: "write the path from the top of the repo."),
        Bad(
            "hf:org/name/a%2F..%2F..%2Fb", why: "in the path \"a/../../b\" \"..\" leads elsewhere.",
            hint: "write the path from the top of the repo."),
        Bad("hf:org/name/%2e%2e/b", why: "in the path \"../b\" \"..\" leads elsewhere.", hint: "write the path from the top of the repo."),
        Bad("hf:org/name//a.bin", why: "in the path \"/a.bin\" a name between two slashes is missing.", hint: "write each slash once."),
        Bad(
            "hf:org/name/a%0Ab", why: "in the path \"a\u{FFFD}b\" there is a control character.",
            hint: "copy the path from the repo's page."),
        Bad(
            "hf:org/name/*.gguf", why: "in the path \"*.gguf\" there is a pattern.",
            hint: "name the repo alone and give the pattern as --include '*.gguf'."),
        Bad(
            "https://huggingface.co/", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/docs/hub", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/models?search=x", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/org/name/discussions/3", why: "the link leads to Hugging Face, but to no repo, file or folder.",
            hint: "paste the link of a repo, or of a file in it: https://huggingface.co/org/name/blob/main/file."),
        Bad(
            "https://huggingface.co/org/name/resolve/main", why: "a /resolve link needs a file behind the revision.",
            hint: "for the whole repo write hf:org/name@main."),
        Bad(
            "https://huggingface.co/datasets/org/name/tree", why: "nothing follows /tree.",
            hint: "for the whole repo write hf:datasets/org/name."),
        Bad(
            "https://huggingface.co/org/name/resolve/main/%2e%2e/x", why: "in the path \"../x\" \"..\" leads elsewhere.",
            hint: "write the path from the top of the repo."),
    ]

    @Test("A malformed reference names the rule that it breaks and the nearest form", arguments: bad)
    func refusals(_ bad: Bad) throws { try bad.check() }
}
