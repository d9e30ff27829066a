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
    @Option(help: "What moves the bytes (default: \(Settings().engine.rawValue)).")
    var engine: FetchOptions.EngineChoice?
    @Option(
        name: [.customShort("x", allowingJoined: true), .long],
        help: "Connections per file at most, 1 to 64 (default: \(Settings().connections)).")
    var connections: ConnectionCount?
    @Option(name: [.customShort("j", allowingJoined: true), .long], help: "Large files at once (default: \(Settings().jobs)).")
    var jobs: JobCount?
    @Option(help: "Bytes per second for everything together: 500K, 20M.")
    var limitRate: TransferRate?
    @Option(
        help: ArgumentHelp(
            "A header for the typed link's own host: 'Name: value', or @FILE with one a line. Repeatable.", valueName: "header"))
    var header: [String] = []
    @Option(help: "What the file must hash to.")
    var sha256: SHA256Text?
    @Flag(help: "Do not hash; size and content are checked all the same.")
    var noVerify = false
    @Option(help: "Further tries in a row without a new byte (default: \(Settings().maxRetries)).")
    var retries: RetryCount?
    @Option(
        help:
            "Seconds without progress before giving up (default: \(Int(Settings().timeout.value)), above 10 GB \(Int(Settings().largeFileTimeout.value)))."
    )
    var timeout: Seconds?
    @Flag(help: "Resolve, choose, name and check; move nothing.")
    var dryRun = false
    @Flag(help: "Fetch again and replace whatever has the name.")
    var force = false
    @Flag(help: "Accept a file that failed its scan.")
    var allowUnsafe = false
    @Flag(help: "Do not check for free space.")
    var noSpaceCheck = false
    @Flag(help: "Take bytes that this machine has already (Hub cache, recorded files, dedupe_folders) from there.")
    var dedupe = false
    @Flag(help: "Failing to get it only warns.")
    var optional = false
    @Option(
        help: ArgumentHelp("Another reference to try when the one given fails. Repeatable, tried in order.", valueName: "reference"))
    var anyOf: [String] = []
    @Option(help: ArgumentHelp("Accept these sources only, with commas between them: hf,civitai.", valueName: "only"))
    var only: SourceList?
    @Option(help: "Seconds to wait for another process that fetches the same file.")
    var wait: Seconds?
    @Option(help: ArgumentHelp("End when this process has gone.", valueName: "pid"))
    var stopWithProcess: ProcessNumber?
    @Option(help: "Its format: SafeTensor, PickleTensor, GGUF, ….")
    var format: String?
    @Option(help: "Its precision: fp16, fp32, bf16, ….")
    var fp: String?
    @Option(help: "Its size: full or pruned.")
    var size: String?
    @Option(help: "Its quantisation: Q4_K_M, ….")
    var quant: String?
    @Flag(
        inversion: .prefixedNo,
        help: "Of a quantisation (org/name:Q4_K_M): with its projector, or without. Default: with, where the repo has one.")
    var mmproj: Bool?
    @Flag(help: "Ask on the terminal which quantisation of a GGUF repo.")
    var pick = false
    @Option(
        help: ArgumentHelp(
            "What it is, for a1111 and comfyui, where the source does not say: checkpoint, lora, vae, controlnet, ….", valueName: "type"))
    var type: ModelKind?
    @Option(
        help: ArgumentHelp(
            "Write what other programs look for beside a CivitAI model: civitai-info, a1111, preview, cm-info. Repeatable.",
            valueName: "kind"))
    var sidecar: [SidecarKind] = []
    @Option(help: ArgumentHelp("Another source of the same bytes: both are used, by their speed. Repeatable.", valueName: "url"))
    var mirror: [String] = []
    @OptionGroup var queue: QueueOptions
    @OptionGroup var fleet: FleetOptions
    @Option(help: ArgumentHelp("Where to gather files whose target takes no random writes (default: TMPDIR).", valueName: "dir"))
    var staging: String?
    @OptionGroup var output: OutputOptions
}
