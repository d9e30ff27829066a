import ArgumentParser
import Curl
import FetchKit
import FetchTypes
import Fleet
import Storage

/// Where several nodes fetch the same together: one copy from the origin, the rest from each other.
struct FleetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Fetch together with other nodes that run the same line, with one copy from the origin in all: \(FleetRendezvous.forms). A shared file system does not need it.",
            valueName: "fleet"))
    var fleet: FleetRendezvous?
    @Option(help: "The number of nodes, this one included (slurm provides it).")
    var fleetSize: FleetSize?
    @Option(help: "This node's rank, from 0 (default: the environment's, else in order of joining).")
    var fleetRank: FleetRank?
    @Option(
        help: ArgumentHelp(
            "The file with the fleet's secret, 16 bytes or more, the same on every node (default: \(FleetSecret.variable)).",
            valueName: "@file"))
    var fleetSecret: String?
    @Option(help: "The port on which the fleet coordinates (default: 7700).")
    var fleetPort: PortNumber?
    @Option(
        help: ArgumentHelp("This node's address in the fleet's network (default: the one that reaches the coordinator).", valueName: "ip"))
    var fleetInterface: NumericAddress?
    @Option(help: "Seconds to keep serving other nodes after the last upload, once all files are complete (default: 60; 0 ends at once).")
    var fleetLinger: Seconds?
    @Flag(help: "Fail (69) where no other node joins within 10 s, instead of continuing alone.")
    var fleetRequired = false
    @Flag(help: "Encrypt transfers between nodes; always on for gated and private repos.")
    var fleetEncrypt = false

    /// - Parameters:
    ///   - names: this host's own name and its canonical one.
    ///   - userAgent: what this program calls itself.
    /// - Returns: nil where no fleet is wanted.
    /// - Throws: ``Failure`` with exit code 64.
    func terms(
        environment: [String: String], userAgent: String, names: () -> (own: String, canonical: String) = OwnAddress.hostNames
    ) throws(Failure) -> FleetTerms? {
        guard let fleet else {
            if let given = optionWithoutFleet {
                throw Failure(
                    .usage, "\(given) is for a fleet, but --fleet is not given.",
                    hint: "say where it meets, for example: --fleet tcp://box:7700")
            }
            return nil
        }
        let (own, canonical) = names()
        var addressing = FleetAddressing(environment: environment, hostName: own, canonicalName: canonical)
        addressing.size = fleetSize?.value
        addressing.rank = fleetRank?.value
        if let fleetPort { addressing.port = fleetPort.value }
        var settings = FleetSettings(roster: try addressing.roster(at: fleet), userAgent: userAgent)
        settings.interface = fleetInterface?.text
        if let fleetLinger { settings.linger = fleetLinger.duration }
        settings.isRequired = fleetRequired
        settings.encrypts = fleetEncrypt
        let secret = try FleetSecret.read(option: fleetSecret, environment: environment) { path in Disk.contents(path, limit: 64 << 10) }
        return FleetTerms(settings: settings, secret: secret)
    }

    private var optionWithoutFleet: String? {
        let given: [(String, Bool)] = [
            ("--fleet-size", fleetSize != nil), ("--fleet-rank", fleetRank != nil), ("--fleet-secret", fleetSecret != nil),
            ("--fleet-port", fleetPort != nil), ("--fleet-interface", fleetInterface != nil), ("--fleet-linger", fleetLinger != nil),
            ("--fleet-required", fleetRequired), ("--fleet-encrypt", fleetEncrypt),
        ]
        return given.first { $0.1 }?.0
    }
}
