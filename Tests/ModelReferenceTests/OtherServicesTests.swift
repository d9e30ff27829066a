import FetchTypes
import ModelReference
import Testing

@Suite("References to Drive, GitHub, ModelScope and Ollama") struct OtherServicesTests {
    private static func drive(_ text: String, _ id: String, folder: Bool = false, key: String? = nil, shown: String? = nil) -> Good {
        Good(text, .googleDrive(DriveReference(id: id, isFolder: folder, resourceKey: key)), shown: shown)
    }

    private static func gitHub(_ text: String, _ item: GitHubReference.Item, repository: String = "repo.js", shown: String? = nil) -> Good {
        Good(text, .gitHub(GitHubReference(owner: "own-er", repository: repository, item: item)), shown: shown)
    }

    static let drives = [
        drive("gdrive:1a_B-c", "1a_B-c"),
        drive("GDrive:1a_B-c", "1a_B-c"),
        drive("https://drive.google.com/file/d/1a_B-c/view?usp=sharing", "1a_B-c"),
        drive("drive.google.com/file/d/1a_B-c", "1a_B-c", shown: "https://drive.google.com/file/d/1a_B-c"),
        drive("https://drive.google.com/file/d/1a_B-c/view?resourcekey=0-abc", "1a_B-c", key: "0-abc"),
        drive("https://drive.google.com/file/u/1/d/1a_B-c/view", "1a_B-c"),
        drive("https://drive.google.com/a/example.com/file/d/1a_B-c/view", "1a_B-c"),
        drive("https://drive.google.com/uc?id=1a_B-c&export=download", "1a_B-c"),
        drive("https://drive.google.com/u/0/uc?export=download&id=1a_B-c", "1a_B-c"),
        drive("https://drive.google.com/open?id=1a_B-c", "1a_B-c"),
        drive("https://docs.google.com/uc?id=1a_B-c", "1a_B-c"),
        drive("https://drive.usercontent.google.com/download?id=1a_B-c&export=download&confirm=t", "1a_B-c"),
        drive("https://drive.google.com/drive/folders/1a_B-c?usp=sharing", "1a_B-c", folder: true),
        drive("https://drive.google.com/drive/u/0/folders/1a_B-c?resourcekey=0-abc", "1a_B-c", folder: true, key: "0-abc"),
        drive("https://drive.google.com/drive/mobile/folders/1a_B-c", "1a_B-c", folder: true),
        drive(
            "https://drive.google.com/embeddedfolderview?id=1a_B-c#list", "1a_B-c", folder: true,
            shown: "https://drive.google.com/embeddedfolderview?id=1a_B-c"),
        drive("https://drive.google.com/folderview?id=1a_B-c", "1a_B-c", folder: true),
    ]

    static let gitHubs = [
        gitHub("github:own-er/repo.js@v1.0/a.bin", .asset(tag: "v1.0", name: "a.bin")),
        gitHub("github:own-er/repo.js@rel%2Fv1/a%20b.bin", .asset(tag: "rel/v1", name: "a b.bin")),
        gitHub("https://github.com/own-er/repo.js/releases/download/v1.0/a.bin", .asset(tag: "v1.0", name: "a.bin")),
        gitHub(
            "github.com/own-er/repo.js/releases/download/v1.0/a.bin", .asset(tag: "v1.0", name: "a.bin"),
            shown: "https://github.com/own-er/repo.js/releases/download/v1.0/a.bin"),
        gitHub("https://www.github.com/own-er/repo.js/releases/download/rel%2Fv1/a.bin", .asset(tag: "rel/v1", name: "a.bin")),
        gitHub("https://github.com/own-er/repo.js/releases/download/rel/v1/a.bin", .asset(tag: "rel/v1", name: "a.bin")),
        gitHub("https://github.com/own-er/repo.js/blob/main/dir/a%20b.bin?raw=true", .file(revisionAndPath: "main/dir/a b.bin")),
        gitHub("https://github.com/own-er/repo.js/raw/refs/heads/main/a.bin", .file(revisionAndPath: "refs/heads/main/a.bin")),
        gitHub("https://raw.githubusercontent.com/own-er/repo.js/main/dir/a.bin", .file(revisionAndPath: "main/dir/a.bin")),
        gitHub("https://media.githubusercontent.com/media/own-er/repo.js/main/dir/a.bin", .file(revisionAndPath: "main/dir/a.bin")),
        gitHub("https://github.com/own-er/repo.git/blob/main/a.bin", .file(revisionAndPath: "main/a.bin"), repository: "repo"),
    ]

    static let others = [
        Good("modelscope:org/name", .modelScope(ModelScopeReference(repo: "org/name"))),
        Good(
            "modelscope:org/name@v1%2Fb/dir/a.bin", .modelScope(ModelScopeReference(repo: "org/name", revision: "v1/b", path: "dir/a.bin"))),
        Good("modelscope:org/name/a.bin", .modelScope(ModelScopeReference(repo: "org/name", path: "a.bin"))),
        Good("https://modelscope.cn/models/org/name", .modelScope(ModelScopeReference(repo: "org/name"))),
        Good("https://www.modelscope.cn/models/org/name/summary", .modelScope(ModelScopeReference(repo: "org/name"))),
        Good(
            "https://modelscope.cn/models/org/name/resolve/master/dir/a.bin",
            .modelScope(ModelScopeReference(repo: "org/name", revision: "master", path: "dir/a.bin"))),
        Good(
            "https://modelscope.cn/api/v1/models/org/name/repo?Revision=master&FilePath=dir%2Fa.bin",
            .modelScope(ModelScopeReference(repo: "org/name", revision: "master", path: "dir/a.bin"))),
        Good(
            "https://modelscope.cn/models/org/name/file/view/master/dir%2Fa.bin",
            .modelScope(ModelScopeReference(repo: "org/name", revision: "master", path: "dir/a.bin"))),
        Good("ollama:llama3.2:1b", .ollama(OllamaReference(model: "library/llama3.2", tag: "1b"))),
        Good("ollama:llama3.2", .ollama(OllamaReference(model: "library/llama3.2", tag: "latest"))),
        Good("ollama:user/model:q4_K_M", .ollama(OllamaReference(model: "user/model", tag: "q4_K_M"))),
        Good("https://ollama.com/library/llama3.2:1b", .ollama(OllamaReference(model: "library/llama3.2", tag: "1b"))),
    ]

    @Test("A Drive link is its file or folder", arguments: drives)
    func driveForms(_ good: Good) throws { try good.check() }

    @Test("A GitHub link is its release asset or file", arguments: gitHubs)
    func gitHubForms(_ good: Good) throws { try good.check() }

    @Test("ModelScope and Ollama follow the same rules", arguments: others)
    func otherForms(_ good: Good) throws { try good.check() }

    @Test(
        "A Google document is its export",
        arguments: [
            ("document", "edit#gid=0", "docx"), ("spreadsheets", "edit", "xlsx"), ("presentation", "", "pptx"),
            ("document", "export?format=PDF", "pdf"), ("document", "export?format=../x", "docx"),
        ])
    func documents(kind: String, rest: String, format: String) throws {
        let document = DriveReference.Document(kind: kind, format: format)
        let parsed = try parse("https://docs.google.com/\(kind)/d/1a_B-c/\(rest)")
        #expect(parsed.reference == .googleDrive(DriveReference(id: "1a_B-c", document: document)))
    }

    @Test("The newest release's asset stays GitHub's own link, at the endpoint that replaces it")
    func newestRelease() throws {
        let link = "https://github.com/own-er/repo/releases/latest/download/a.bin"
        try Good(link, .direct(try #require(WebURL(link)))).check()
        let moved = try #require(WebURL("http://127.0.0.1:9003/gh/own-er/repo/releases/latest/download/a.bin"))
        try Good(link, .direct(moved)).check(environment: ["FETCHCTL_GITHUB_ENDPOINT": "http://127.0.0.1:9003/gh"])
    }

    @Test("A raw link with its own token keeps it for the request and never shows it")
    func privateRaw() throws {
        let parsed = try parse("https://raw.githubusercontent.com/o/r/main/a.bin?token=s3cret")
        #expect(parsed.reference == .direct(try #require(WebURL("https://raw.githubusercontent.com/o/r/main/a.bin?token=s3cret"))))
        #expect(parsed.shown == "https://raw.githubusercontent.com/o/r/main/a.bin")
    }

    @Test("One origin may stand in for several services")
    func sharedOrigin() throws {
        let origin = "http://127.0.0.1:9000"
        let names = ["HF_ENDPOINT", "FETCHCTL_CIVITAI_ENDPOINT", "FETCHCTL_GDRIVE_ENDPOINT", "FETCHCTL_GITHUB_ENDPOINT"]
        let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, origin) })
        let table: [(String, ModelReference)] = [
            ("/models/5", .civitai(CivitaiReference(.model(5)))),
            ("/uc?id=abc", .googleDrive(DriveReference(id: "abc"))),
            ("/org/name/resolve/main/a.bin", .huggingFace(HubReference(repo: "org/name", revision: "main", part: .path("a.bin")))),
            (
                "/o/r/releases/download/v1/a.bin",
                .gitHub(GitHubReference(owner: "o", repository: "r", item: .asset(tag: "v1", name: "a.bin")))
            ),
            ("/files/a.safetensors", .direct(try #require(WebURL(origin + "/files/a.safetensors")))),
        ]
        for (path, reference) in table { try Good(origin + path, reference).check(environment: environment) }
    }

    static let gitHubForm = "write github:owner/repo@TAG/ASSET (a slash in the tag is %2F), or paste the asset's link."
    static let driveForm = "write gdrive:ID with the part behind /d/ of the file's link, or paste that link."
    static let driveLink = "paste the link that Share shows, such as https://drive.google.com/file/d/ID/view, or write gdrive:ID."
    static let gitHubLink = "paste the link of a release asset or of one file (/blob/ or /raw/), or write github:owner/repo@TAG/ASSET."

    static let bad = [
        Bad("gdrive:", why: "\"gdrive:\" was understood, but nothing follows it.", hint: driveForm),
        Bad(
            "gdrive:a/b", why: "\"gdrive:\" was understood, but \"a/b\" is not a file id (letters, digits, \"-\" and \"_\").",
            hint: driveForm),
        Bad("https://drive.google.com/drive/my-drive", why: "the link leads to Google Drive, but to no file or folder.", hint: driveLink),
        Bad(
            "https://drive.google.com/file/d/a%20b/view",
            why: "a Google Drive link was understood, but \"a%20b\" is not a file id (letters, digits, \"-\" and \"_\").",
            hint: "copy the link again, or write gdrive:ID."),
        Bad("https://docs.google.com/forms/d/abc/edit", why: "the link leads to Google Drive, but to no file or folder.", hint: driveLink),
        Bad("github:", why: "\"github:\" was understood, but no owner/repo follows it.", hint: gitHubForm),
        Bad("github:owner", why: "\"github:\" was understood, but no owner/repo follows it.", hint: gitHubForm),
        Bad("github:o/r", why: "\"github:\" was understood, but no @TAG follows the repository.", hint: gitHubForm),
        Bad("github:o/r@v1", why: "\"github:\" was understood, but no asset follows the tag.", hint: gitHubForm),
        Bad("github:o/r@rel/v1/a.bin", why: "\"github:\" was understood, but more than one part follows the tag.", hint: gitHubForm),
        Bad("github:o/r r@v1/a", why: "\"github:\" was understood, but \"r r\" is not a repository's name.", hint: gitHubForm),
        Bad("https://github.com/o/r", why: "the link leads to GitHub, but to a page and no file.", hint: gitHubLink),
        Bad("https://github.com/o/r/tree/main/dir", why: "the link leads to GitHub, but to a page and no file.", hint: gitHubLink),
        Bad(
            "https://github.com/o/r/blob/main", why: "a GitHub link was understood, but no file follows the revision.",
            hint: "paste the link of one file."),
        Bad(
            "https://github.com/o/r/releases/tag/v1", why: "a GitHub release was understood, but none of its assets.",
            hint: "write github:o/r@v1/ASSET, or paste the asset's link."),
        Bad(
            "modelscope:name", why: "ModelScope was understood, but \"name/\" is no org/name.",
            hint: "write modelscope:org/name, with @REV and /path behind it as needed."),
        Bad(
            "ollama:a/b/c", why: "\"ollama:\" was understood, but \"a/b/c\" is not a model's name.",
            hint: "write ollama:MODEL:TAG, for example ollama:llama3.2:1b."),
        Bad(
            "ollama:a:b:c", why: "\"ollama:\" was understood, but \"b:c\" is no tag.",
            hint: "write ollama:MODEL:TAG, for example ollama:llama3.2:1b."),
    ]

    @Test("A malformed reference names the part that was not understood", arguments: bad)
    func refusals(_ bad: Bad) throws { try bad.check() }
}
