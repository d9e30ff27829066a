package import Curl
package import FetchTypes
package import ModelSources

/// What a batch works with.
package struct BatchServices: Sendable {
    package var client: CurlClient
    package var endpoints: ServiceEndpoints
    package var environment: [String: String]
    package var readFile: @Sendable (String) -> String?
    let netrc = NetrcFile()
    /// What servers have said of how many more requests they take.
    package let pace = RequestPace()
    /// What it shares with the other batches of the process.
    package var runtime: FetchRuntime
    /// The fleet that it fetches with; nil: it fetches alone.
    package var fleet: FleetTerms?
    /// For whom it asks for permits: its job's number, where there are several.
    package var owner: LargeFilePermits.Owner = 0
    /// What an ended task means now: by which signal the user stopped us.
    package var interruption: @Sendable () -> ExitCode

    package init(
        client: CurlClient, endpoints: ServiceEndpoints, environment: [String: String], readFile: @escaping @Sendable (String) -> String?,
        runtime: FetchRuntime, interruption: @escaping @Sendable () -> ExitCode = { .interrupted }
    ) {
        self.client = client
        self.endpoints = endpoints
        self.environment = environment
        self.readFile = readFile
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
