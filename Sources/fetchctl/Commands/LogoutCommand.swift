import ArgumentParser
import FetchKit
import FetchTypes
import ModelSources

/// `fetchctl logout`: what a login kept is taken away.
struct LogoutCommand: ParsableCommand, ContextCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "Remove the token that fetchctl login stored.",
        discussion: """
            Examples:
              fetchctl logout hf
              fetchctl logout civitai

            A token that another program stored, or that is in the environment, stays.
            """)

    @OptionGroup var whose: ServiceArgument

    func run(_ context: Context) async throws -> Int32 {
        let service = try whose.service("logout")
        return try await AccountContext.with(context) { asking in
            let changed = try LoginStore(environment: context.environment).forget(service)
            Terminal.write(
                changed.isEmpty
                    ? "fetchctl keeps no login to \(service.title).\n"
                    : "logged out of \(service.title): taken away from \(Array(Set(changed)).sorted().joined(separator: ", "))\n", to: 2)
            if let other = service.tokenInForce(asking.sourceContext) {
                Terminal.write("note: a token is still found in \(other.place), which fetchctl did not write.\n", to: 2)
            }
            return 0
        }
    }
}
