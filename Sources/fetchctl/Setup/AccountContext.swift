import Curl
import Events
import FetchKit
import FetchTypes
import Layouts
import ModelReference
import ModelSources
import Transfer

/// What commands work with that ask services and fetch nothing.
struct AccountContext: Sendable {
    let endpoints: ServiceEndpoints
    let settings: Settings
    let services: BatchServices
    let context: Context
    var parser: ReferenceParser { lookup.parser }

    var lookup: SourceLookup {
        SourceLookup(services: services, options: options, sourceContext: sourceContext) { event in
            if let line = EventWords.line(event, verbose: false) { Terminal.write(line + "\n", to: 2) }
        }
    }

    /// Gives the body what it needs, and ends the client afterwards.
    static func with<Result>(_ context: Context, _ body: (AccountContext) async throws -> Result) async throws -> Result {
        var loader = SettingsLoader(environment: context.environment)
        let settings = try loader.load()
        for warning in loader.warnings { Terminal.write("warning: \(warning)\n", to: 2) }
        let endpoints = try ServiceEndpoints(environment: context.environment)
        let network = NetworkSettings(userAgent: Fetchctl.userAgent, environment: context.environment)
        let client = CurlClient(settings: network)
        defer { client.shutDown() }
        var services = BatchServices(
            client: client, endpoints: endpoints, environment: context.environment,
            runtime: FetchRuntime(jobs: settings.jobs, environment: context.environment),
            interruption: { context.signals.exitCode })
        services.memory = AnswerMemory()
        return try await body(AccountContext(endpoints: endpoints, settings: settings, services: services, context: context))
    }

    /// What a reference is.
    /// - Parameter quiet: kinds of warnings that need not be said, because what is shown says it.
    /// - Throws: ``Failure``.
    func resolve(_ request: FetchRequest, quiet: Set<String> = []) async throws -> Resolution {
        try await lookup.resolve(request, quiet: quiet)
    }

    /// What holds for everything that is asked: the settings, and where files are looked for.
    var options: FetchOptions { settings.fetchOptions(context.environment) }

    /// For a service's own requests, outside of a reference.
    var sourceContext: SourceContext {
        SourceContext(
            send: { [services] in try await services.client.send($0) }, environment: context.environment, readFile: services.readFile,
            warn: { _, message in Terminal.write("warning: \(message)\n", to: 2) })
    }

    /// Asks a service whose a token is, as one failure.
    func account(_ service: AccountService, _ token: Secret) async throws(Failure) -> ServiceAccount {
        do {
            return try await service.account(of: token, endpoints: endpoints, context: sourceContext)
        } catch let failure as Failure {
            throw failure
        } catch let refusal as TransientRefusal {
            throw refusal.failure
        } catch let fault as TransportFault {
            throw fault.failure
        } catch {
            throw services.interrupted
        }
    }

    /// A service that is somewhere else than usual is named: tokens go there.
    func nameEndpoint(_ service: AccountService) {
        switch service {
        case .hf where endpoints.huggingFace.host != "huggingface.co":
            Terminal.write("Hugging Face is asked at \(endpoints.huggingFace.origin) (HF_ENDPOINT).\n", to: 2)
        case .civitai:
            if let civitai = endpoints.civitai {
                Terminal.write("CivitAI is asked at \(civitai.origin) (FETCHCTL_CIVITAI_ENDPOINT).\n", to: 2)
            }
        default: break
        }
    }
}
