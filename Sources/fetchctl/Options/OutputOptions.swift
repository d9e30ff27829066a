import ArgumentParser

/// How a command tells what happens.
struct OutputOptions: ParsableArguments {
    @Flag(help: "One JSON object a line on standard output.")
    var json = false
    @Flag(name: .shortAndLong, help: "Only errors.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Say more.")
    var verbose = false

    var form: FetchSession.Output { FetchSession.Output(json: json, quiet: quiet, verbose: verbose) }
}
