import FetchTypes
import Testing

@testable import Fleet

@Suite struct FleetAddressingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var place: FleetRendezvous
        var environment: [String: String] = [:]
        var size: Int?
        var rank: Int?
        var canonical = "box"
        var roster: FleetRoster
        var testDescription: String { "\(place) \(environment)" }
    }

    @Test(arguments: [
        Case(
            place: .slurm, environment: ["SLURM_JOB_NODELIST": "gpu[01-02]", "SLURM_NODEID": "1"],
            roster: FleetRoster(size: 2, rank: 1, hosts: ["gpu01", "gpu02"], port: 7700)),
        // A step may run on some of the job's nodes.
        Case(
            place: .slurm, environment: ["SLURM_JOB_NODELIST": "a[1-9]", "SLURM_STEP_NODELIST": "a[3,5,7]", "SLURM_NODEID": "0"],
            roster: FleetRoster(size: 3, rank: 0, hosts: ["a3", "a5", "a7"], port: 7700)),
        Case(
            place: .auto, environment: ["SLURM_JOB_NODELIST": "n1", "SLURM_NODEID": "0", "MASTER_ADDR": "n1"],
            roster: FleetRoster(size: 1, rank: 0, hosts: ["n1"], port: 7700)),
        Case(
            place: .auto, environment: ["KUBERNETES_SERVICE_HOST": "10.0.0.1", "JOB_COMPLETION_INDEX": "1"], size: 2,
            canonical: "fetch-1.fleet.ml.svc.cluster.local",
            roster: FleetRoster(
                size: 2, rank: 1, hosts: ["fetch-0.fleet.ml.svc.cluster.local", "fetch-1.fleet.ml.svc.cluster.local"], port: 7700)),
        Case(
            place: .kubernetes, size: 3, canonical: "web-2.svc",
            roster: FleetRoster(size: 3, rank: 2, hosts: ["web-0.svc", "web-1.svc", "web-2.svc"], port: 7700)),
        Case(
            place: .torchrun, environment: ["MASTER_ADDR": "m", "GROUP_RANK": "1", "WORLD_SIZE": "16", "LOCAL_WORLD_SIZE": "8"],
            roster: FleetRoster(size: 2, rank: 1, hosts: ["m"], port: 7700)),
        Case(
            place: .auto, environment: ["MASTER_ADDR": "m", "NODE_RANK": "0"], size: 4,
            roster: FleetRoster(size: 4, rank: 0, hosts: ["m"], port: 7700)),
        Case(
            place: .tcp(host: "box", port: 7801), size: 2,
            roster: FleetRoster(size: 2, rank: nil, hosts: ["box"], port: 7801, isOpen: true)),
        Case(
            place: .tcp(host: "::1", port: 1), size: 8, rank: 7,
            roster: FleetRoster(size: 8, rank: 7, hosts: ["::1"], port: 1, isOpen: true)),
    ])
    func findsTheMembers(_ it: Case) throws {
        var addressing = FleetAddressing(environment: it.environment, hostName: "box", canonicalName: it.canonical)
        addressing.size = it.size
        addressing.rank = it.rank
        #expect(try addressing.roster(at: it.place) == it.roster)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var place: FleetRendezvous
        var environment: [String: String] = [:]
        var size: Int?
        var rank: Int?
        var canonical = "box"
        /// What the message names.
        var names: String
        var testDescription: String { names }
    }

    @Test(arguments: [
        Wrong(place: .auto, names: "--fleet auto finds no fleet here"),
        Wrong(place: .slurm, names: "SLURM_JOB_NODELIST is not set"),
        Wrong(place: .slurm, environment: ["SLURM_JOB_NODELIST": "a[1", "SLURM_NODEID": "0"], names: "SLURM_JOB_NODELIST=a[1"),
        Wrong(place: .slurm, environment: ["SLURM_JOB_NODELIST": "a1"], names: "SLURM_NODEID is not set"),
        Wrong(place: .slurm, environment: ["SLURM_JOB_NODELIST": "a1", "SLURM_NODEID": "x"], names: "SLURM_NODEID=x"),
        Wrong(place: .slurm, environment: ["SLURM_JOB_NODELIST": "a1", "SLURM_NODEID": "1"], names: "rank 1 is outside a fleet of 1"),
        Wrong(
            place: .slurm, environment: ["SLURM_JOB_NODELIST": "a[1-3]", "SLURM_NODEID": "1"], size: 2, names: "contradicts the 3 hosts"),
        Wrong(place: .kubernetes, size: 2, names: "cannot be derived from"),
        Wrong(place: .kubernetes, size: 2, canonical: "pod-x.svc", names: "cannot be derived from"),
        Wrong(place: .kubernetes, canonical: "pod-0.svc", names: "needs to know how many nodes"),
        Wrong(place: .kubernetes, size: 2, canonical: "pod-2.svc", names: "rank 2 is outside"),
        Wrong(place: .torchrun, names: "MASTER_ADDR is not set"),
        Wrong(place: .torchrun, environment: ["MASTER_ADDR": "m"], names: "NODE_RANK is not set"),
        Wrong(place: .torchrun, environment: ["MASTER_ADDR": "m", "NODE_RANK": "0"], names: "needs to know how many nodes"),
        Wrong(
            place: .torchrun, environment: ["MASTER_ADDR": "m", "NODE_RANK": "0", "WORLD_SIZE": "9", "LOCAL_WORLD_SIZE": "4"],
            names: "WORLD_SIZE=9"),
        // These are neither names nor addresses.
        Wrong(
            place: .torchrun, environment: ["MASTER_ADDR": "a b", "NODE_RANK": "0", "WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "1"],
            names: "MASTER_ADDR=a b cannot"),
        Wrong(
            place: .torchrun, environment: ["MASTER_ADDR": "\u{1B}[31mred", "NODE_RANK": "0"], size: 2, names: "MASTER_ADDR="),
        Wrong(
            place: .torchrun, environment: ["MASTER_ADDR": String(repeating: "m", count: 254), "NODE_RANK": "0"], size: 2,
            names: "mmm… cannot be understood"),
        Wrong(place: .tcp(host: "box", port: 1), names: "needs to know how many nodes"),
        Wrong(place: .tcp(host: "box", port: 1), size: 2, rank: 2, names: "rank 2 is outside a fleet of 2"),
        Wrong(place: .tcp(host: "box", port: 1), size: 5000, names: "1 to 1024"),
    ])
    func namesWhatIsMissing(_ it: Wrong) throws {
        var addressing = FleetAddressing(environment: it.environment, hostName: "box", canonicalName: it.canonical)
        addressing.size = it.size
        addressing.rank = it.rank
        let failure = try #require(throws: Failure.self) { try addressing.roster(at: it.place) }
        #expect(failure.code == .usage)
        #expect(failure.message.contains(it.names), "\(failure)")
        #expect(failure.hint != nil)
        #expect(failure.message.count < 200)
    }

    @Test(arguments: [
        ("auto", FleetRendezvous.auto), ("slurm", .slurm), ("k8s", .kubernetes), ("torchrun", .torchrun),
        ("tcp://box:7700", .tcp(host: "box", port: 7700)), ("tcp://127.0.0.1:1", .tcp(host: "127.0.0.1", port: 1)),
        ("tcp://[::1]:65535", .tcp(host: "::1", port: 65_535)),
    ])
    func readsEveryForm(text: String, place: FleetRendezvous) { #expect(FleetRendezvous(text) == place) }

    @Test(arguments: [
        "", "Auto", "mpi", "tcp://", "tcp://box", "tcp://box:", "tcp://box:0", "tcp://box:65536", "tcp://box:7700/", "tcp://box:7700/x",
        "tcp://:7700", "tcp://[::1]", "tcp://u@box:1", "box:7700", "http://box:7700", "tcp://box:7700?x",
    ])
    func refusesOtherText(text: String) { #expect(FleetRendezvous(text) == nil) }
}
