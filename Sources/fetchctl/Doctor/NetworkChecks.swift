import Curl
import FetchTypes
import ModelSources
import Storage
import Transfer

/// Services and tokens: what can be reached, how quickly and by which way, and whether the tokens work.
struct NetworkChecks {
    let doctor: Doctor

    /// One way to a service.
    private struct Route: Sendable {
        var name: String
        var version: IPVersion
        var isDirect: Bool
    }

    private struct Trial: Sendable {
        var route: String
        var milliseconds: Int
        var fault: TransportFault?
        /// Server clock minus ours, in seconds.
        var skew: Double?
    }

    func run() async -> [DoctorCheck] {
        guard let endpoints = doctor.endpoints else { return [] }
        async let hub = service("hf", endpoints.huggingFace)
        async let civitai = service("civitai", endpoints.civitai ?? WebURL("https://civitai.com")!)
        async let hubToken = token(.hf, endpoints)
        async let civitaiToken = token(.civitai, endpoints)
        let reached = await [hub, civitai]
        return await [hubToken, civitaiToken] + others() + reached.map(\.check) + [clock(reached.flatMap(\.skews))]
    }

    // MARK: reaching a service

    private func service(_ name: String, _ url: WebURL) async -> (check: DoctorCheck, skews: [Double]) {
        let title = "network \(name)"
        if name == "hf", let variable = HubFolders.offline(doctor.environment) {
            return (DoctorCheck(title, .good, "not asked: \(variable) is set."), [])
        }
        var trials: [Trial] = []
        await withTaskGroup(of: Trial.self) { group in
            for route in routes(url) { group.addTask { await attempt(url, route) } }
            for await trial in group { trials.append(trial) }
        }
        trials.sort { $0.route < $1.route }
        let reached = trials.filter { $0.fault == nil }
        let words = trials.map { "\($0.route) \($0.fault.map { "not reached (\($0.detail))" } ?? "\($0.milliseconds) ms")" }
        let message = "\(url.origin): " + words.joined(separator: ", ") + "."
        let skews = reached.compactMap(\.skew)
        guard !reached.isEmpty else {
            let isTLS = trials.contains { $0.fault?.kind == .tls }
            return (
                DoctorCheck(
                    title, .bad, message,
                    do: isTLS
                        ? "check this machine's clock and certificates; name a company's authority with SSL_CERT_FILE."
                        : "check the network and the proxy variables (http_proxy, https_proxy, all_proxy, no_proxy)."), skews
            )
        }
        // An address family that leads nowhere holds up every new connection; one without addresses does not.
        let stuck = trials.first { $0.fault?.kind == .timeout || ($0.fault?.kind == .connect && $0.milliseconds > 1000) }
        guard let stuck else { return (DoctorCheck(title, .good, message), skews) }
        return (DoctorCheck(title, .warning, message, do: "repair or switch off \(stuck.route) on this machine."), skews)
    }

    private func routes(_ url: WebURL) -> [Route] {
        let proxies = NetworkSettings(userAgent: "", environment: doctor.environment).proxies
        if let proxy = proxies.proxy(for: url) {
            let text = proxy.reveal()
            let host = WebURL(text.contains("://") ? text : "http://" + text).map { "\($0.host):\($0.port)" }
            return [Route(name: "proxy \(host ?? "of the environment")", version: .any, isDirect: false)]
        }
        guard IPAddress(numeric: url.host) == nil else { return [Route(name: "direct", version: .any, isDirect: true)] }
        return [Route(name: "IPv4", version: .four, isDirect: true), Route(name: "IPv6", version: .six, isDirect: true)]
    }

    private func attempt(_ url: WebURL, _ route: Route) async -> Trial {
        let client = doctor.client {
            $0.ipVersion = route.version
            if route.isDirect { $0.proxies = ProxySettings() }
        }
        defer { client.shutDown() }
        let begin = ContinuousClock.now
        func passed() -> Int { Int((ContinuousClock.now - begin) / .milliseconds(1)) }
        do {
            let answer = try await client.send(HTTPRequest(.head, url, maximumBody: 1 << 16, timeout: Doctor.answerLimit))
            let skew = answer.headers["Date"].flatMap(UTCTime.imfFixdate).map { $0 - ThisProcess.now }
            return Trial(route: route.name, milliseconds: passed(), skew: skew)
        } catch let fault as TransportFault {
            return Trial(route: route.name, milliseconds: passed(), fault: fault)
        } catch {
            return Trial(
                route: route.name, milliseconds: passed(), fault: TransportFault(.cancelled, host: url.host, detail: "interrupted"))
        }
    }

    private func clock(_ skews: [Double]) -> DoctorCheck {
        guard let skew = skews.min(by: { abs($0) < abs($1) }) else {
            return DoctorCheck("clock", .warning, "not compared: no server answered.")
        }
        let seconds = Int(abs(skew).rounded())
        let message = seconds < 2 ? "right." : "\(seconds) s \(skew > 0 ? "behind" : "ahead of") the servers' clocks."
        guard seconds > 60 else { return DoctorCheck("clock", .good, message) }
        return DoctorCheck(
            "clock", seconds > 3600 ? .bad : .warning, message,
            do: "set this machine's clock (timedatectl set-ntp true): TLS depends on it.")
    }

    // MARK: tokens

    private func token(_ service: AccountService, _ endpoints: ServiceEndpoints) async -> DoctorCheck {
        let title = "token \(service.rawValue)"
        let client = doctor.client()
        defer { client.shutDown() }
        var context = SourceContext(
            send: { request in
                var request = request
                request.timeout = Doctor.answerLimit
                return try await client.send(request)
            }, environment: doctor.environment,
            readFile: { Disk.text($0, limit: 1 << 20, onlyFiles: true) })
        context.usesNetrc = false
        guard let token = service.tokenInForce(context) else {
            return DoctorCheck(title, .good, "none: what needs no login can be fetched.")
        }
        do {
            let account = try await service.account(of: token.secret, endpoints: endpoints, context: context)
            return DoctorCheck(title, .good, "from \(token.place), of \(account.name).")
        } catch let failure as Failure {
            if failure.kind == .unreachable || failure.kind == .config {
                return DoctorCheck(title, .warning, "from \(token.place); not tried: \(failure.message)", do: failure.hint)
            }
            return DoctorCheck(
                title, .bad, "from \(token.place): \(failure.message)",
                do: "make a new token at \(service.tokenPage), then: fetchctl login \(service.rawValue)")
        } catch {
            return DoctorCheck(title, .warning, "from \(token.place); not tried: the service did not answer.")
        }
    }

    /// Tokens that only the environment gives, and that no service tells the owner of.
    private func others() -> [DoctorCheck] {
        [("token github", "GITHUB_TOKEN"), ("token modelscope", "MODELSCOPE_API_TOKEN")].compactMap { name, variable in
            doctor.environment[variable].flatMap { $0.isEmpty ? nil : DoctorCheck(name, .good, "from \(variable); not tried.") }
        }
    }
}
