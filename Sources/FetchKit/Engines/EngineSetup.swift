import Aria2
package import Curl
import FetchTypes
import Storage
package import Transfer

/// Decides once which engine there is, and says it in one line.
package struct EngineSetup: Sendable {
    let settings: NetworkSettings
    let environment: [String: String]
    let userDirectory: String?
    let prefix: [String]

    /// - Parameters:
    ///   - userDirectory: where the user's `aria2.conf` is looked for; nil: nowhere.
    ///   - prefix: a program, with arguments, that becomes the program named behind them; see ``Aria2/Aria2Launch/prefix``.
    package init(settings: NetworkSettings, environment: [String: String], userDirectory: String?, prefix: [String] = []) {
        self.settings = settings
        self.environment = environment
        self.userDirectory = userDirectory
        self.prefix = prefix
    }

    /// What there is, and what to say of it.
    package struct Engines: Sendable {
        package var search = EngineSearch()
        package var warnings: [String] = []
        /// Asks aria2c, past any proxy.
        package fileprivate(set) var direct: CurlClient?

        /// Ends what was started to ask aria2c, when no batch runs any more.
        package func shutDown() { direct?.shutDown() }
    }

    /// Where aria2c was asked for, it is found before this returns; else it is looked for while the first batch asks its sources.
    /// - Throws: ``Failure``: 69 when aria2c was asked for and is not there, 78 when its tuning file is wrong.
    package func engines(_ choice: FetchOptions.EngineChoice, limiter: RateLimiter?) async throws -> Engines {
        guard choice != .builtin else { return Engines() }
        let tuning = try tuning()
        // The daemon is on this machine: no proxy is in between.
        var local = settings
        local.proxies = ProxySettings()
        let direct = CurlClient(settings: local)
        let find: @Sendable () async throws(Absence) -> EngineSearch.Found = {
            try await supervised(by: direct, tuning, limiter)
        }
        let search: EngineSearch
        if choice == .auto {
            search = EngineSearch {
                do throws(Absence) { return try await find() } catch { return .init(note: "engine: builtin (\(error.why))") }
            }
        } else {
            do throws(Absence) { search = EngineSearch(try await find()) } catch {
                direct.shutDown()
                throw error.failure
            }
        }
        return Engines(search: search, warnings: tuning.warnings, direct: direct)
    }

    /// Why aria2c cannot be used.
    private struct Absence: Error {
        let why: String

        /// For a user who asked for it.
        var failure: Failure {
            Failure(
                .usage, "--engine aria2 was asked for, but aria2c cannot be used.", why: "\(why).",
                hint: "install aria2 (apt install aria2), or omit --engine: the builtin engine does the job.", code: .unavailable)
        }
    }

    private func supervised(
        by direct: CurlClient, _ tuning: Aria2Options, _ limiter: RateLimiter?
    ) async throws(Absence) -> EngineSearch.Found {
        let executable: Aria2Executable
        do throws(Aria2Executable.Absence) {
            executable = try await Aria2Executable.find(environment: environment)
        } catch {
            throw Absence(why: "\(error)")
        }
        guard executable.hasControlFiles else {
            throw Absence(
                why: "this aria2c (\(executable.version)) is none whose control files are known to be good: 1.36 and 1.37 are")
        }
        var launch = Aria2Launch(
            executable: executable, tuning: tuning, options: options(limiter), userAgent: settings.userAgent, environment: environment)
        launch.prefix = prefix
        // What it is to exchange is in this network, and what it downloads has no link.
        var peerLaunch = Aria2Launch(executable: executable, userAgent: settings.userAgent, environment: environment)
        peerLaunch.prefix = prefix
        let supervisor = Aria2Supervisor(launch: launch, limiter: limiter, send: { try await direct.send($0) })
        return .init(supervisor: supervisor, note: "engine: aria2c \(executable.version)", peerLaunch: peerLaunch)
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
            // One that it does not support would keep it from starting; and without any it would go directly.
            if let proxy { options.append((name, ProxySettings.isHTTP(proxy) ? proxy.reveal() : ProxySettings.nowhere)) }
        }
        if !settings.proxies.exceptions.isEmpty { options.append(("no-proxy", settings.proxies.exceptions.joined(separator: ","))) }
        if let file = settings.certificateFile { options.append(("ca-certificate", file)) }
        if let rate = limiter?.bytesPerSecond { options.append(("max-overall-download-limit", String(rate))) }
        return options
    }
}
