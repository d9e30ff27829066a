import ArgumentParser
import FetchTypes
import ModelSources

/// `hf` or `civitai`, of the commands about accounts.
struct ServiceArgument: ParsableArguments {
    // What follows is taken in too: were it a token, the parser's own complaint would repeat it.
    @Argument(help: ArgumentHelp("hf or civitai.", valueName: "service"))
    var words: [String] = []

    /// - Throws: ``Failure`` with exit code 64, which repeats nothing that may be a token.
    func service(_ command: String) throws(Failure) -> AccountService {
        guard let first = words.first, let service = AccountService(rawValue: first) else {
            throw Failure(
                .usage, words.isEmpty ? "no service was named." : "this is no service that \(command) knows.",
                why: "\(command) takes hf or civitai.", hint: "for example: fetchctl \(command) hf")
        }
        guard words.count == 1 else {
            throw Failure(
                .usage, "\(command) \(first) takes nothing more.",
                why: "a token on the command line could be seen by other users of this machine.",
                hint: "give it when asked, or through standard input: fetchctl login \(first) < file")
        }
        return service
    }
}
