package import FetchTypes

/// Finds the members of a fleet from the options and the environment. Pure: it does no I/O.
package struct FleetAddressing: Sendable {
    /// `--fleet-size`, `--fleet-rank`, `--fleet-port`.
    package var size: Int?
    package var rank: Int?
    package var port = 7700
    package var environment: [String: String]
    /// This host's own name.
    package var hostName: String
    /// The host's name with its domain, as the resolver returns it: `pod-3.fleet.default.svc.cluster.local`.
    package var canonicalName: String

    package init(environment: [String: String], hostName: String, canonicalName: String) {
        self.environment = environment
        self.hostName = hostName
        self.canonicalName = canonicalName
    }

    /// - Throws: ``Failure`` (64) that names the missing option or variable.
    package func roster(at place: FleetRendezvous) throws(Failure) -> FleetRoster {
        switch place {
        case .auto: try roster(at: detected())
        case .slurm: try slurm()
        case .kubernetes: try kubernetes()
        case .torchrun: try torchrun()
        case .tcp(let host, let port): try open(host: host, port: port)
        }
    }

    private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    private func detected() throws(Failure) -> FleetRendezvous {
        if value("SLURM_STEP_NODELIST") != nil || value("SLURM_JOB_NODELIST") != nil { return .slurm }
        if value("KUBERNETES_SERVICE_HOST") != nil { return .kubernetes }
        if value("MASTER_ADDR") != nil { return .torchrun }
        throw Failure(
            .usage, "--fleet auto finds no fleet here.",
            why: "neither SLURM_JOB_NODELIST nor KUBERNETES_SERVICE_HOST nor MASTER_ADDR is set.",
            hint: "name where the members meet, for example: --fleet tcp://box:7700 --fleet-size 2")
    }

    private func slurm() throws(Failure) -> FleetRoster {
        let name = value("SLURM_STEP_NODELIST") != nil ? "SLURM_STEP_NODELIST" : "SLURM_JOB_NODELIST"
        guard let list = value(name) else { throw missing("SLURM_JOB_NODELIST", "run it with srun, or give tcp://HOST:PORT.") }
        guard let hosts = SlurmNodeList.hosts(list) else { throw unreadable(name, list) }
        let rank = try ownRank("SLURM_NODEID")
        return try checked(size: size ?? hosts.count, rank: rank, hosts: hosts)
    }

    private func kubernetes() throws(Failure) -> FleetRoster {
        let labels = canonicalName.split(separator: ".", omittingEmptySubsequences: false)
        guard let pod = labels.first, labels.count > 1, let dash = pod.lastIndex(of: "-"),
            let last = Int(digits: pod[pod.index(after: dash)...])
        else {
            throw Failure(
                .usage, "the names of the other pods cannot be derived from \"\(canonicalName)\".",
                why: "a pod of a StatefulSet or an Indexed Job with a headless Service is called NAME-0.SUBDOMAIN.",
                hint: "give the pods a headless Service (subdomain), or one address: --fleet tcp://HOST:PORT")
        }
        let ordinal = try value("JOB_COMPLETION_INDEX") != nil ? number(of: "JOB_COMPLETION_INDEX") : last
        guard let size else { throw missingSize("k8s") }
        let domain = labels.dropFirst().joined(separator: ".")
        guard size <= FleetRoster.most else { throw tooLarge(size) }
        let hosts = (0..<size).map { "\(pod[..<dash])-\($0).\(domain)" }
        return try checked(size: size, rank: rank ?? ordinal, hosts: hosts)
    }

    private func torchrun() throws(Failure) -> FleetRoster {
        guard let host = value("MASTER_ADDR") else { throw missing("MASTER_ADDR", "start it with torchrun, or give tcp://HOST:PORT.") }
        guard FleetRoster.isHost(host) else { throw unreadable("MASTER_ADDR", host) }
        let rankName = value("GROUP_RANK") != nil ? "GROUP_RANK" : "NODE_RANK"
        let rank = try ownRank(rankName)
        if let size { return try checked(size: size, rank: rank, hosts: [host]) }
        guard value("WORLD_SIZE") != nil, value("LOCAL_WORLD_SIZE") != nil else { throw missingSize("torchrun") }
        let (world, local) = (try number(of: "WORLD_SIZE"), try number(of: "LOCAL_WORLD_SIZE"))
        guard local > 0, world > 0, world % local == 0 else {
            throw Failure(
                .usage, "the fleet's size cannot be computed from WORLD_SIZE=\(world) and LOCAL_WORLD_SIZE=\(local).",
                hint: "give the number of nodes, for example: --fleet-size 2")
        }
        return try checked(size: world / local, rank: rank, hosts: [host])
    }

    private func open(host: String, port: Int) throws(Failure) -> FleetRoster {
        guard let size else { throw missingSize("tcp://\(host):\(port)") }
        let checked = try checked(size: size, rank: rank ?? 0, hosts: [host])
        return FleetRoster(size: checked.size, rank: rank, hosts: [host], port: port, isOpen: true)
    }

    private func checked(size: Int, rank: Int, hosts: [String]) throws(Failure) -> FleetRoster {
        guard size > 0, size <= FleetRoster.most else { throw tooLarge(size) }
        guard rank < size else {
            throw Failure(
                .usage, "rank \(rank) is outside a fleet of \(size).", why: "ranks count from 0.",
                hint: "give every node its own rank from 0 to \(size - 1) (--fleet-rank), and all the same --fleet-size.")
        }
        guard hosts.count == 1 || hosts.count == size else {
            throw Failure(
                .usage, "--fleet-size \(size) contradicts the \(hosts.count) hosts that Slurm names.",
                hint: "leave --fleet-size out: Slurm says how many nodes there are.")
        }
        return FleetRoster(size: size, rank: rank, hosts: hosts, port: port)
    }

    // MARK: failures

    private func ownRank(_ name: String) throws(Failure) -> Int {
        if let rank { return rank }
        return try number(of: name)
    }

    private func number(of name: String) throws(Failure) -> Int {
        guard let text = value(name) else { throw missing(name, "give --fleet-rank K, from 0 on.") }
        guard let number = Int(digits: text) else { throw unreadable(name, text) }
        return number
    }

    private func missing(_ name: String, _ hint: String) -> Failure {
        Failure(.usage, "the fleet cannot be found: \(name) is not set.", hint: hint)
    }

    private func missingSize(_ form: String) -> Failure {
        Failure(
            .usage, "--fleet \(form) needs to know how many nodes there are.",
            hint: "give it on every node, for example: --fleet-size 2")
    }

    private func tooLarge(_ size: Int) -> Failure {
        Failure(.usage, "a fleet has 1 to \(FleetRoster.most) nodes, not \(size).", hint: "give the number of nodes: --fleet-size 2")
    }

    private func unreadable(_ name: String, _ text: String) -> Failure {
        Failure(
            .usage, "\(name)=\(text.prefix(80))\(text.count > 80 ? "…" : "") cannot be understood.",
            hint: "unset it and give --fleet-rank and --fleet tcp://HOST:PORT --fleet-size N.")
    }
}
