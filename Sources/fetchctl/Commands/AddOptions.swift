import ArgumentParser

/// What `fetchctl add` understands. Values may be glued to the short names: `-x16 -j8`.
struct AddOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("What to fetch: civitai:128078, hf:org/name/file, org/name, or any link.", valueName: "reference"))
    var references: [String] = []

    @Option(name: [.customShort("d", allowingJoined: true), .long], help: "Where to; made if missing.")
    var dir: String?
    @Option(
        name: [.customShort("o", allowingJoined: true), .long], help: "Name for a single file: relative to the directory, or absolute.")
    var out: String?
    @Option(
        name: [.customShort("i", allowingJoined: true), .customLong("input-file")],
        help: "Read references from a file, one a line ('-' for standard input), as aria2 does.")
    var inputFile: String?
    @Option(help: "auto, aria2 or builtin.")
    var engine: String?
    @Option(name: [.customShort("x", allowingJoined: true), .long], help: "Connections per file at most, 1 to 64.")
    var connections: String?
    @Option(name: [.customShort("j", allowingJoined: true), .long], help: "Files at once.")
    var jobs: String?
    @Option(help: "Bytes per second for everything together: 500K, 20M.")
    var limitRate: String?
    @Option(
        help: ArgumentHelp(
            "A header for the typed link's own host: 'Name: value', or @FILE with one a line. Repeatable.", valueName: "header"))
    var header: [String] = []
    @Option(help: "What the file must hash to.")
    var sha256: String?
    @Flag(help: "Do not hash; size and content are checked all the same.")
    var noVerify = false
    @Option(help: "Further tries in a row without a new byte.")
    var retries: String?
    @Option(help: "Seconds without progress before giving up.")
    var timeout: String?
    @Flag(help: "Resolve, choose, name and check; move nothing.")
    var dryRun = false
    @Flag(help: "Fetch again and replace whatever has the name.")
    var force = false
    @Flag(help: "Accept a file that failed its scan.")
    var allowUnsafe = false
    @Flag(help: "Do not check for free space.")
    var noSpaceCheck = false
    @Flag(help: "Failing to get it only warns.")
    var optional = false
    @Option(
        help: ArgumentHelp("Another reference to try when the one given fails. Repeatable, tried in order.", valueName: "reference"))
    var anyOf: [String] = []
    @Option(help: "Accept these sources only: hf,civitai,url.")
    var only: String?
    @Option(help: "Seconds to wait for another process that fetches the same file.")
    var wait: String?
    @Option(help: ArgumentHelp("End when this process has gone.", valueName: "pid"))
    var stopWithProcess: String?
    @Option(help: "A Hugging Face revision: branch, tag or commit.")
    var revision: String?
    @Option(help: "Of a repo, only paths that match. Repeatable.")
    var include: [String] = []
    @Option(help: "Of a repo, no paths that match. Repeatable.")
    var exclude: [String] = []
    @Option(help: "Which file of a CivitAI version: its name, its id, or all.")
    var file: String?
    @Option(help: "Its format: SafeTensor, PickleTensor, GGUF, ….")
    var format: String?
    @Option(help: "Its precision: fp16, fp32, bf16, ….")
    var fp: String?
    @Option(help: "Its size: full or pruned.")
    var size: String?
    @Option(help: "Its quantisation: Q4_K_M, ….")
    var quant: String?
    @Option(
        help:
            "plain; as huggingface_hub keeps it: hf-cache (found by name, default DIR: its cache), hf-local (a folder); in the folders of a UI whose root is DIR: a1111, comfyui."
    )
    var layout: String?
    @Option(
        help: ArgumentHelp(
            "What it is, for a1111 and comfyui, where the source does not say: checkpoint, lora, vae, controlnet, ….", valueName: "type"))
    var type: String?
    @Option(
        help: ArgumentHelp(
            "Write what other programs look for beside a CivitAI model: civitai-info, a1111, preview, cm-info. Repeatable.",
            valueName: "kind"))
    var sidecar: [String] = []
    @Option(help: ArgumentHelp("Another source of the same bytes: both are used, by their speed. Repeatable.", valueName: "url"))
    var mirror: [String] = []
    @Option(help: ArgumentHelp("Where to gather files whose target takes no random writes (default: TMPDIR).", valueName: "dir"))
    var staging: String?
    @Flag(help: "One JSON object a line on standard output.")
    var json = false
    @Flag(name: .shortAndLong, help: "Only errors.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Say more.")
    var verbose = false
}
