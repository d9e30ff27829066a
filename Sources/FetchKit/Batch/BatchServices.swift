package import Curl
package import Events
package import FetchTypes
package import ModelSources
package import Partials
import Storage
package import Transfer

/// What a batch works with.
package struct BatchServices: Sendable {
    package var client: CurlClient
    package var endpoints: ServiceEndpoints
    package var environment: [String: String]
    /// Token files and the like, up to 1 MiB.
    package let readFile: @Sendable (String) -> String? = { Disk.text($0, limit: 1 << 20) }
    let netrc = NetrcFile()
    /// What servers have said of how many more requests they take.
    package let pace = RequestPace()
    /// What services have answered in this run already; nil: everything is asked.
    package var memory: AnswerMemory?
    /// What it shares with the other batches of the process.
    package var runtime: FetchRuntime
    /// The fleet that it fetches with; nil: it fetches alone.
    package var fleet: FleetTerms?
    /// For whom it asks for permits: its job's number, where there are several.
    package var owner: PermitQueue.Owner = 0
    /// Told where a file's bytes are gathered, before they come.
    package var onPartial: @Sendable (FileTag, PartialNames) -> Void = { _, _ in }
    /// What an ended task means now: by which signal the user stopped us.
    package var interruption: @Sendable () -> ExitCode

    package init(
        client: CurlClient, endpoints: ServiceEndpoints, environment: [String: String], runtime: FetchRuntime,
        interruption: @escaping @Sendable () -> ExitCode = { .interrupted }
    ) {
        self.client = client
        self.endpoints = endpoints
        self.environment = environment
        self.runtime = runtime
        self.interruption = interruption
    }

    var send: HTTPSend { { [client] in try await client.send($0) } }

    /// The failure that says that the user ended it.
    package var interrupted: Failure {
        let code = interruption()
        let how =
            switch code {
            case .terminated: "terminated (SIGTERM)"
            case .hungUp: "ended because the terminal hung up (SIGHUP)"
            default: "interrupted"
            }
        return Failure(.interrupted, "\(how).", hint: "run the same command again: it resumes where this stopped.", code: code)
    }
}
