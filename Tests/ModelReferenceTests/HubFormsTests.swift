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
}
