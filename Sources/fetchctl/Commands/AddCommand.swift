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
              fetchctl add hf:org/name@main/model.safetensors -o /models/m.safetensors
              fetchctl add 'https://civitai.com/models/101055?modelVersionId=128078'
              fetchctl add https://example.com/m.gguf --sha256 HEX --limit-rate 20M
              fetchctl add -i list.txt --json
              fetchctl add org/name --detach                   (into the queue; prints the job's number)
              fetchctl add org/name --at 02:30 --on-complete 'systemctl poweroff'

            Run the same command again after any failure: it goes on where it was. A file that is there \
            is not fetched again. Standard output holds one final path a line, everything else goes to \
            standard error.

            Exit codes: 0 all there and verified, 64 not understood, 65 wrong bytes, 66 no such thing, \
            69 not reached, 73 the target is taken, 74 disk, 75 not served now, 77 not allowed, \
            78 configuration.
            """)

    @OptionGroup var typed: AddOptions

    func run(_ context: Context) async throws -> Int32 {
        let session = try FetchSession(context, typed.output.form)
        defer { session.reporter.close() }
        var input: String?
        let request = try AddRequest(
            typed, settings: session.settings, endpoints: session.endpoints,
            readInput: { (path) throws(Failure) in
                input = try Self.readInput(path)
                return input
            })
        if typed.queue.isDetached {
            let detached = DetachedAdd(context: context, session: session, typed: typed, request: request, input: input)
            let code = try detached.run()
            detached.start()
            return code
        }
        session.nameEndpoints(of: request.requests)
        let terms = FetchSession.Terms(
            options: request.options, limitRate: request.limitRate, stopWithProcess: request.stopWithProcess)
        let outcome = try await session.fetch(request.requests, terms)
        return session.end(outcome, of: request.requests)
    }

    private static func readInput(_ path: String) throws(Failure) -> String? {
        guard let bytes = Disk.contents(path == "-" ? "/dev/stdin" : path) else { return nil }
        guard let text = SystemText.read(bytes) else { throw SystemText.refusal("the input file \(path)") }
        return text
    }
}
