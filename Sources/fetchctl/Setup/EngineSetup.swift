import Aria2
import Curl
import FetchTypes
import Storage
import Transfer

/// Decides once which engine there is, and says it in one line.
struct EngineSetup {
    let settings: NetworkSettings
    let environment: [String: String]
    let userDirectory: String?

    /// - Returns: the supervisor of a usable aria2c, or nil for the builtin engine; and what to say of it.
    /// - Throws: ``Failure``: 69 when aria2c was asked for and is not there, 78 when its tuning file is wrong.
    func supervisor(
        _ choice: FetchOptions.EngineChoice, client: CurlClient, limiter: RateLimiter?
    ) async throws -> (supervisor: Aria2Supervisor?, said: String?, warnings: [String]) {
        guard choice != .builtin else { return (nil, nil, []) }
        let executable: Aria2Executable
        do {
            executable = try await Aria2Executable.find(environment: environment)
        } catch {
            return try without(choice, "\(error)")
        }
        guard executable.hasControlFiles else {
            return try without(
                choice, "this aria2c (\(executable.version)) is none whose control files are known to be good: 1.36 and 1.37 are")
        }
        let tuning = try tuning()
        var launch = Aria2Launch(
            executable: executable, tuning: tuning, options: options(limiter), userAgent: settings.userAgent, environment: environment)
        #if os(Linux)
            launch.prefix = ExecAria2Helper.prefix
        #endif
        // The daemon is on this machine: no proxy stands between.
        var local = settings
        local.proxies = ProxySettings()
        let direct = CurlClient(settings: local)
        let supervisor = Aria2Supervisor(launch: launch, limiter: limiter, send: { try await direct.send($0) })
        return (supervisor, "engine: aria2c \(executable.version)", tuning.warnings)
    }

    private func without(_ choice: FetchOptions.EngineChoice, _ why: String) throws -> (Aria2Supervisor?, String?, [String]) {
        guard choice == .auto else {
            throw Failure(
                .usage, "--engine aria2 was asked for, but aria2c cannot be used.", why: "\(why).",
                hint: "install aria2 (apt install aria2), or leave --engine away: the builtin engine does the job.", code: .unavailable)
        }
        return (nil, "engine: builtin (\(why))", [])
    }

    private func tuning() throws -> Aria2Options {
        let named = environment["FETCHCTL_ARIA2_CONF"].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = named ?? userDirectory.map({ Path.join($0, "aria2.conf") }) else { return .builtIn }
        guard let bytes = Disk.contents(path, limit: 1 << 20) else {
            guard named == nil else {
                throw Failure(
                    .config, "the aria2 tuning file \(path) cannot be read.", why: "FETCHCTL_ARIA2_CONF names it.",
                    hint: "set FETCHCTL_ARIA2_CONF to the path of a file that can be read, or unset it.")
            }
            return .builtIn
        }
        return try Aria2Options(parsing: String(decoding: bytes, as: UTF8.self), fileName: path)
    }

    /// What goes over the tuning: the way to the network, and the ceiling.
    private func options(_ limiter: RateLimiter?) -> [(name: String, value: String)] {
        var options: [(name: String, value: String)] = []
        // By scheme, because a job closes the ways that its link does not take.
        for (name, proxy) in [
            ("http-proxy", settings.proxies.http ?? settings.proxies.all), ("https-proxy", settings.proxies.https ?? settings.proxies.all),
        ] {
            // One that it does not speak would keep it from starting; and without any it would go directly.
            if let proxy { options.append((name, ProxySettings.isHTTP(proxy) ? proxy.reveal() : ProxySettings.nowhere)) }
        }
        if !settings.proxies.exceptions.isEmpty { options.append(("no-proxy", settings.proxies.exceptions.joined(separator: ","))) }
        if let file = settings.certificateFile { options.append(("ca-certificate", file)) }
        if let rate = limiter?.bytesPerSecond { options.append(("max-overall-download-limit", String(rate))) }
        return options
    }
}
