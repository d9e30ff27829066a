import ArgumentParser
import Curl
import Events
import FetchKit
import FetchTypes
import ModelReference
import ModelSources
import Storage
import Synchronization
import Transfer

/// `fetchctl add`: fetch, verify, place.
struct AddCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Fetch models and files, verify them, and put them in place.",
        discussion: """
            Examples:
              fetchctl add civitai:128078 -d models/checkpoints
              fetchctl add org/name                            (a whole Hugging Face repo)
              fetchctl add org/name:Q4_K_M                     (one quantisation of a GGUF repo, all its splits)
              fetchctl add org/name --pick                     (asks which)
              fetchctl add hf:org/name@main/model.safetensors -o /models/m.safetensors
              fetchctl add 'https://civitai.com/models/101055?modelVersionId=128078'
              fetchctl add https://example.com/m.gguf --sha256 HEX --limit-rate 20M
              fetchctl add -i list.txt --json
              fetchctl add org/name --detach                   (into the queue; prints the job's number)
              fetchctl add org/name --at 02:30 --on-complete 'systemctl poweroff'
              fetchctl add org/name --fleet tcp://box:7700 --fleet-size 2 --fleet-secret @fleet.secret
                                                               (the same line on both nodes: one copy from the Hub)
              fetchctl add workflow.json -d ~/ComfyUI          (the models a ComfyUI workflow or picture names)

            Run the same command again after any failure: it resumes. A complete file is not fetched again. \
            Standard output has one final path a line; all other output goes to standard error.

            Exit codes: 0 all files verified, 64 not understood, 65 wrong bytes, 66 not found, \
            69 not reached, 73 target exists, 74 disk, 75 not served now, 77 not allowed, \
            78 configuration.
            """)

    @OptionGroup var typed: AddOptions

    func run(_ context: Context) async throws -> Int32 {
        let session = try FetchSession(context, typed.output.form)
        defer { session.reporter.close() }
        var input: String?
        var request = try AddRequest(
            typed, settings: session.settings, endpoints: session.endpoints, environment: context.environment,
            readInput: { (path) throws(Failure) in
                input = try Self.readInput(path)
                return input
            })
        let fleet = try typed.fleet.terms(environment: context.environment, userAgent: Fetchctl.userAgent)
        if typed.queue.isDetached {
            if fleet != nil { throw Self.fleetInQueue }
            return try DetachedAdd(context: context, session: session, typed: typed, request: request, input: input).run()
        }
        let hooks = try typed.queue.terms().hooks
        session.nameEndpoints(of: request.requests)
        if typed.pick { try await QuantisationQuestion(context).answer(&request.requests) }
        let terms = FetchSession.Terms(
            options: request.options, limitRate: request.limitRate, followsTimetable: typed.limitRate == nil,
            stopWithProcess: request.stopWithProcess, fleet: fleet)
        for note in request.notes { session.warn("note", note) }
        var outcome = Batch.Outcome(results: [], summary: Event.Summary(code: 0))
        if request.requests.isEmpty {
            session.tell(request.refused, in: &outcome)
        } else {
            let job = ForegroundAdd(context: context, session: session, typed: typed, request: request, hooks: hooks)
            outcome = try await session.fetch(request.requests, terms, refused: request.refused, enqueue: { job.begin($0) })
        }
        return session.end(outcome, of: request.requests.map { $0.name ?? $0.reference.shown } + request.refused.map(\.name))
    }

    private static let fleetInQueue = Failure(
        .usage, "a fleet cannot be put into the queue.", why: "its nodes fetch at the same time, and the queue has its own.",
        hint: "omit --detach, --at and --between, or --fleet.")

    private static func readInput(_ path: String) throws(Failure) -> String? {
        guard let bytes = Disk.contents(path == "-" ? "/dev/stdin" : path) else { return nil }
        guard let text = SystemText.read(bytes) else { throw SystemText.refusal("the input file \(path)") }
        return text
    }
}
