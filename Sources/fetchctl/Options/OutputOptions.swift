import ArgumentParser

/// How a command tells what happens.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object a line on standard output.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print errors only.")
    var quiet = false
    @Flag(name: .shortAndLong, help: "Print more details.")
    var verbose = false

    var form: FetchSession.Output { FetchSession.Output(json: json, quiet: quiet, verbose: verbose) }
}
