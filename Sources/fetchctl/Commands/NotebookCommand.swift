import ArgumentParser

/// `fetchctl notebook`: the older name of `fetchctl convert`.
struct NotebookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notebook", abstract: "Let a notebook's set-up cells download through fetchctl.", subcommands: [ConvertCommand.self])
}
