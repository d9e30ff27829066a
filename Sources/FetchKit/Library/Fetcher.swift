import Curl
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Storage
import Transfer

/// Downloads AI models: resolves references, fetches their files, verifies them, and puts them in place.
///
/// ```swift
/// let fetcher = try Fetcher(configuration: .init(directory: "models"))
/// for try await event in fetcher.fetch("civitai:128078") {
///     if case .finished(let file) = event { print(file.file.path) }
/// }
/// ```
///
/// A fetcher holds no thread, process or file; each fetch has its own and ends them before its sequence ends.
public struct Fetcher: Sendable {
    /// What it works with.
    public let configuration: Configuration
    private let options: FetchOptions
    private let endpoints: ServiceEndpoints
    private let environment: [String: String]

    /// - Throws: ``FetchError`` of kind `usage` for a value out of its bounds, of kind `config` for an environment that names no usable
    ///   endpoint.
    public init(configuration: Configuration = Configuration()) throws(FetchError) {
        self.configuration = configuration
        environment = configuration.environment ?? ProcessEnvironment.all()
        var options = try configuration.options(environment)
        if let directory = configuration.directory { options.defaultDirectory = Path.absolute(directory) }
        self.options = options
        do throws(Failure) { endpoints = try ServiceEndpoints(environment: environment) } catch { throw FetchError(error) }
    }

    /// Fetches what references name, as `fetchctl add` does: see the section "References" of its documentation for their forms.
    ///
    /// A reference that fails does not stop the others. It is safe to fetch the same again: complete files are skipped, partial ones
    /// are resumed.
    public func fetch(_ references: String...) -> FetchSequence { fetch(references) }

    /// The same for a list of references.
    public func fetch(_ references: [String]) -> FetchSequence {
        FetchSequence { emit in
            do {
                try await run(references, emit)
                return nil
            } catch let failure as Failure {
                return FetchError(failure)
            } catch {
                return FetchError(Failure(.io, "the fetch ended: \(error)."))
            }
        }
    }

    private func run(_ references: [String], _ emit: @escaping @Sendable (FetchEvent) -> Void) async throws {
        let requests = try requests(references)
        BrokenPipes.ignore()
        let network = NetworkSettings(userAgent: "FetchKit/0.1", environment: environment)
        let limiter = RateLimiter(bytesPerSecond: configuration.limitRate)
        let client = CurlClient(settings: network, threads: 2, limiter: limiter)
        defer { client.shutDown() }
        let setup = EngineSetup(settings: network, environment: environment, userDirectory: nil)
        let engines = try await setup.engines(options.engine, limiter: limiter)
        defer { engines.shutDown() }
        for warning in engines.warnings { emit(.warning(warning)) }
        let runtime = FetchRuntime(limiter: limiter, engines: engines.search, jobs: options.jobs, environment: environment)
        let services = BatchServices(
            client: client, endpoints: endpoints, environment: environment, runtime: runtime)
        let batch = Batch(requests, options: options, services: services) { event in FetchEvent(event).map(emit) }
        let outcome = await runtime.run { await batch.run() }
        for case .failed(let failure) in outcome.results where failure.kind == .interrupted { throw failure }
        for case .failed(let failure) in outcome.results { throw failure }
    }

    /// - Throws: ``Failure`` of kind `usage`: nothing is fetched when one of them cannot be understood.
    private func requests(_ references: [String]) throws(Failure) -> [FetchRequest] {
        guard !references.isEmpty else {
            throw Failure(.usage, "no reference was given.", hint: "for example: fetcher.fetch(\"civitai:128078\")")
        }
        let parser = ReferenceParser.typed(endpoints)
        var requests: [FetchRequest] = []
        for text in references {
            var request = FetchRequest(try parser.parse(text))
            request.layout = Layout(rawValue: configuration.layout.rawValue) ?? .plain
            request.directory = configuration.directory
            requests.append(request)
        }
        return requests
    }
}
