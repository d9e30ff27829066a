import ArgumentParser

/// A TCP proxy that behaves like a long line: used by `scripts/bench line`, never shipped.
@main
struct LineProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "line-proxy",
        abstract: "Forwards TCP connections on loopback as a line with a round-trip time and a limit for each connection would.",
        discussion: """
            Each direction is delayed by half of the round-trip time. No bytes of a client leave before its connection is a round \
            trip old, which stands for the TCP handshake. Bytes to the client are limited for each connection. Slow start and loss are \
            not modelled.

            Prints one line of JSON when it listens. Then it reads commands from standard input, a word a line: "report" prints \
            what each forward has carried since the last "reset"; the end of standard input ends the proxy.

            Example:
              line-proxy --rtt 80 --rate 20000000 --forward 9001:9000
            """)

    @Option(help: ArgumentHelp("Round-trip time in milliseconds, 0 to 10000.", valueName: "ms"))
    var rtt: Double = 80

    @Option(help: ArgumentHelp("Bytes per second to the client for each connection; 0 is unlimited.", valueName: "bytes"))
    var rate: Int = 20_000_000

    @Option(
        help: ArgumentHelp(
            "Port to listen on (0: the kernel chooses), and the port to connect to; repeatable.", valueName: "listen:target"))
    var forward: [Forward]

    func validate() throws {
        guard (0...10_000).contains(rtt) else { throw ValidationError("--rtt takes 0 to 10000 milliseconds, for example --rtt 80.") }
        guard (0...1_000_000_000_000).contains(rate) else {
            throw ValidationError("--rate takes 0 to 10^12 bytes per second, for example --rate 20000000.")
        }
    }

    func run() throws {
        var loop = try ProxyLoop(forwards: forward, shape: LineShape(roundTrip: rtt / 1000, bytesPerSecond: rate))
        try loop.run()
    }
}

/// A listening port and the loopback port behind it.
struct Forward: ExpressibleByArgument {
    let listen: UInt16
    let target: UInt16

    init?(argument: String) {
        let ports = argument.split(separator: ":", omittingEmptySubsequences: false).compactMap { UInt16($0) }
        guard ports.count == 2, ports[1] > 0 else { return nil }
        (listen, target) = (ports[0], ports[1])
    }
}

/// What the line does to each connection.
struct LineShape {
    /// Seconds.
    let roundTrip: Double
    /// Towards the client; 0 is unlimited.
    let bytesPerSecond: Int
}
