import ArgumentParser
import FetchKit
import FetchTypes
import ModelSources

/// `fetchctl login`: a token is asked for, tried, and kept.
struct LoginCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Store a token for Hugging Face or CivitAI, after the service has accepted it.",
        discussion: """
            Examples:
              fetchctl login hf                    (asks for the token and does not show it)
              fetchctl login civitai < token.txt   (from standard input)

            The token is never given as an argument: other users of the machine could see it. For hf it is stored where \
            hf auth login stores it, so that both programs find it; for civitai in the file "credentials" beside the \
            configuration, which only you can read.
            """)

    @OptionGroup var whose: ServiceArgument

    func run(_ context: Context) async throws -> Int32 {
        let service = try whose.service("login")
        return try await AccountContext.with(context) { asking in
            asking.nameEndpoint(service)
            let text = try SecretPrompt.read(
                "\(service.title) token (from \(service.tokenPage), not shown): ", for: service, context.signals)
            guard let token = service.token(from: text) else {
                throw Failure(
                    .usage, "what was given is no token.", why: "it has characters in it that no token has.",
                    hint: "copy the token again, alone.")
            }
            if service == .hf, token.reveal().hasPrefix("api_org") {
                throw Failure(
                    .tokenRejected, "this is an organisation's token.", why: "logins need a person's own.",
                    hint: "make one at \(service.tokenPage)", page: service.tokenPage)
            }
            let account = try await asking.account(service, token)
            let path = try LoginStore(environment: context.environment).keep(token, of: account, for: service)
            Terminal.write("logged in to \(service.title) as \(account.name); the token is kept in \(path)\n", to: 2)
            if let first = service.tokenInForce(asking.sourceContext), first.place != path {
                Terminal.write("note: \(first.place) is set and goes before it.\n", to: 2)
            }
            return 0
        }
    }
}
