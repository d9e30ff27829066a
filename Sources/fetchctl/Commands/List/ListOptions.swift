import ArgumentParser
import ListSync

/// What every command about a model list understands.
struct ListOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The list (default: models.toml here); its lock is beside it.", valueName: "file"))
    var file: String?
    @Option(
        name: [.customShort("d", allowingJoined: true), .long],
        help: ArgumentHelp("The target directory instead of the list's own; any folder is allowed.", valueName: "dir"))
    var dir: String?
    @Flag(help: "Permit paths of the list that are absolute, have '..', or leave its folder through links.")
    var outside = false
    @OptionGroup var output: OutputOptions

    var location: ListLocation { ListLocation(file: file, directory: dir, isOutsideAllowed: outside) }
}
