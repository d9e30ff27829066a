import ArgumentParser
import Events
import FetchTypes
import JSONText
import ModelSources

/// `fetchctl whoami`: whose token would be used.
struct WhoamiCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show the account of the token that fetchctl sends to Hugging Face or CivitAI.",
        discussion: """
            Examples:
              fetchctl whoami hf
              fetchctl whoami civitai --json

            Standard output has the account's name, and standard error names the place of the token. Exit code 77: no token, \
            or the service does not accept it.
            """)

    @OptionGroup var whose: ServiceArgument
    @Flag(help: "Print one JSON object on standard output.")
    var json = false

    func run(_ context: Context) async throws -> Int32 {
        let service = try whose.service("whoami")
        return try await AccountContext.with(context) { asking in
            asking.nameEndpoint(service)
            guard let token = service.tokenInForce(asking.sourceContext) else {
                throw Failure(
                    .needsLogin, "there is no \(service.title) token.", why: "\(service.places(context.environment)).",
                    hint: "make one at \(service.tokenPage), then: fetchctl login \(service.rawValue)", page: service.tokenPage)
            }
            let account = try await asking.account(service, token.secret)
            if json {
                let object = JSONTree.object([
                    ("service", .string(service.rawValue)), ("name", .string(account.name)), ("token_place", .string(token.place)),
                    ("token_name", .of(account.tokenName)), ("role", .of(account.role)),
                    ("organisations", .array(account.organisations.map(JSONTree.string))),
                ])
                Terminal.write(object)
            } else {
                Terminal.write(OutputText(lines: account.name + "\n"))
                let details = [account.tokenName.map { "\"\($0)\"" }, account.role.map { "may \($0)" }].compactMap(
                    \.self)
                Terminal.write("token from \(token.place)\(details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")\n", to: 2)
            }
            return 0
        }
    }
}
