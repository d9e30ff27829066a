import ArgumentParser
import FetchTypes
import Layouts
import ModelSources
import Transfer

/// What `fetchctl add` understands. Values may be glued to the short names: `-x16 -j8`.
struct AddOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "What to fetch: civitai:128078, hf:org/name/file, org/name, org/name:Q4_K_M, or any link.", valueName: "reference"))
    var references: [String] = []

    @OptionGroup var place: FilePlaceOptions
    @OptionGroup var choice: FileChoiceOptions
    @Option(
        name: [.customShort("i", allowingJoined: true), .customLong("input-file")],
        help: "Read references from a file, one a line ('-' for standard input), as aria2 does.")
    var inputFile: String?
    @Option(help: "The engine that transfers the files (default: \(Settings().engine.rawValue)).")
    var engine: FetchOptions.EngineChoice?
    @Option(
        name: [.customShort("x", allowingJoined: true), .long],
        help: "The maximum number of connections for each file, 1 to 64 (default: \(Settings().connections)).")
    var connections: ConnectionCount?
    @Option(
        name: [.customShort("j", allowingJoined: true), .long], help: "The number of concurrent large files (default: \(Settings().jobs)).")
    var jobs: JobCount?
    @Option(help: "The rate limit of all files together in bytes per second: 500K, 20M.")
    var limitRate: TransferRate?
    @Option(
        help: ArgumentHelp(
            "A header for the typed link's own host: 'Name: value', or @FILE with one a line. Repeatable.", valueName: "header"))
    var header: [String] = []
    @Option(help: "The SHA-256 that the file must have.")
    var sha256: SHA256Text?
    @Flag(help: "Do not verify the hash; size and content are still checked.")
    var noVerify = false
    @Option(help: "The number of further tries in a row without a new byte (default: \(Settings().maxRetries)).")
    var retries: RetryCount?
    @Option(
        help:
            "Seconds without progress before giving up (default: \(Int(Settings().timeout.value)), above 10 GB \(Int(Settings().largeFileTimeout.value)))."
    )
    var timeout: Seconds?
    @Flag(help: "Show the files that would be fetched, and fetch nothing.")
    var dryRun = false
    @Flag(help: "Fetch again, and replace any file of that name.")
    var force = false
    @Flag(help: "Accept a file that failed its scan.")
    var allowUnsafe = false
    @Flag(help: "Do not check for free space.")
    var noSpaceCheck = false
    @Flag(help: "Copy files that this machine has already (Hub cache, recorded files, dedupe_folders) instead of fetching them.")
    var dedupe = false
    @Flag(help: "Report a failure as a warning only.")
    var optional = false
    @Option(
        help: ArgumentHelp("Another reference to try when the first one fails. Repeatable, tried in order.", valueName: "reference"))
    var anyOf: [String] = []
    @Option(help: ArgumentHelp("Accept only these sources, separated by commas: hf,civitai.", valueName: "only"))
    var only: SourceList?
    @Option(help: "Seconds to wait for another process that fetches the same file.")
    var wait: Seconds?
    @Option(help: ArgumentHelp("End when this process has ended.", valueName: "pid"))
    var stopWithProcess: ProcessNumber?
    @Option(help: "The file's format: SafeTensor, PickleTensor, GGUF, ….")
    var format: String?
    @Option(help: "The file's precision: fp16, fp32, bf16, ….")
    var fp: String?
    @Option(help: "The file's size: full or pruned.")
    var size: String?
    @Option(help: "The file's quantisation: Q4_K_M, ….")
    var quant: String?
    @Flag(
        inversion: .prefixedNo,
        help: "Fetch a quantisation (org/name:Q4_K_M) with or without its projector (default: with, where the repo has one).")
    var mmproj: Bool?
    @Flag(help: "Ask on the terminal which quantisation of a GGUF repo to fetch.")
    var pick = false
    @Option(
        help: ArgumentHelp(
            "The model's type, for a1111 and comfyui, where the source does not state it: checkpoint, lora, vae, controlnet, ….",
            valueName: "type"))
    var type: ModelKind?
    @Option(
        help: ArgumentHelp(
            "Write files that other programs expect beside a CivitAI model: civitai-info, a1111, preview, cm-info. Repeatable.",
            valueName: "kind"))
    var sidecar: [SidecarKind] = []
    @Option(help: ArgumentHelp("Another source of the same bytes: both are used according to their speed. Repeatable.", valueName: "url"))
    var mirror: [String] = []
    @OptionGroup var queue: QueueOptions
    @OptionGroup var fleet: FleetOptions
    @Option(help: ArgumentHelp("Where to download files whose target does not support random writes (default: TMPDIR).", valueName: "dir"))
    var staging: String?
    @OptionGroup var output: OutputOptions
}
