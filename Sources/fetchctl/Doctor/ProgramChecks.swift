import Aria2
import Curl
import FetchTypes
import Storage
import Transfer

/// The programs and libraries that move bytes: aria2c and libcurl.
struct ProgramChecks {
    let doctor: Doctor

    func run() async -> [DoctorCheck] { [await aria2c(), libcurl()] + CertificateCheck(environment: doctor.environment).run() }

    // MARK: aria2c

    private func aria2c() async -> DoctorCheck {
        let name = "aria2c"
        let isDemanded = doctor.settings.engine == .aria2
        let executable: Aria2Executable
        do {
            executable = try await Aria2Executable.find(environment: doctor.environment, timeout: .seconds(2))
        } catch {
            let isMistake = if case .notOnPath = error { false } else if case .switchedOff = error { false } else { true }
            return DoctorCheck(
                name, isDemanded || isMistake ? .bad : .warning, "\(error); the builtin engine does the job.",
                do: isMistake
                    ? "set FETCHCTL_ARIA2C to the path of an aria2c, or reinstall aria2." : "nothing, or install aria2 (apt install aria2)."
            )
        }
        let found = "\(executable.path), version \(executable.version)"
        guard executable.isStock else {
            return DoctorCheck(
                name, isDemanded ? .bad : .warning, "\(found): a fork or another release; the builtin engine does the job.",
                do: "install aria2 1.36 or 1.37 to use it.")
        }
        do {
            let (time, features) = try await start(executable)
            return DoctorCheck(name, .good, "\(found); it starts and answers in \(time) ms; \(features.joined(separator: ", ")).")
        } catch let failure as Failure {
            return DoctorCheck(name, .bad, failure)
        } catch {
            return DoctorCheck(
                name, .bad, "\(found) does not start or answer: \(error)",
                do: "set FETCHCTL_ENGINE=builtin, or look at aria2.conf (fetchctl config path shows the folder).")
        }
    }

    private struct Silent: Error, CustomStringConvertible {
        var description: String { "it gave no answer in 3 s" }
    }

    /// - Returns: milliseconds until it answered, and the features that it was built with.
    private func start(_ executable: Aria2Executable) async throws -> (time: Int, features: [String]) {
        let tuning = try tuning()
        var launch = Aria2Launch(
            executable: executable, tuning: tuning, options: [], userAgent: "fetchctl/\(Fetchctl.version)", environment: doctor.environment)
        #if os(Linux)
            launch.prefix = ExecAria2Helper.prefix
        #endif
        let client = doctor.client { $0.proxies = ProxySettings() }
        defer { client.shutDown() }
        let begin = ContinuousClock.now
        // Cancelling the launch ends the process and reaps it.
        let work = Task { [launch] in
            try await withAria2(launch, send: { try await client.send($0) }) { daemon in
                let features = try await daemon.rpc.getVersion().enabledFeatures
                return (Int((ContinuousClock.now - begin) / .milliseconds(1)), features)
            }
        }
        let timer = Task {
            try await Task.sleep(for: .seconds(3))
            work.cancel()
        }
        defer { timer.cancel() }
        do {
            return try await work.value
        } catch is CancellationError {
            throw Silent()
        }
    }

    private func tuning() throws -> Aria2Options {
        let loader = SettingsLoader(environment: doctor.environment)
        let named = doctor.environment["FETCHCTL_ARIA2_CONF"].flatMap { $0.isEmpty ? nil : $0 }
        guard let path = named ?? loader.userDirectory.map({ Path.join($0, "aria2.conf") }), let bytes = Disk.contents(path, limit: 1 << 20)
        else { return .builtIn }
        return try Aria2Options(parsing: String(decoding: bytes, as: UTF8.self), fileName: path)
    }

    // MARK: libcurl

    private func libcurl() -> DoctorCheck {
        let library = CurlLibrary.features
        var words = ["version \(library.version)", library.tls.map { "TLS by \($0)" } ?? "no TLS"]
        words.append(library.hasHTTP2 ? "HTTP/2" : "no HTTP/2")
        words.append(library.hasIPv6 ? "IPv6" : "no IPv6")
        let message = words.joined(separator: ", ") + "."
        guard library.tls != nil else {
            return DoctorCheck("libcurl", .bad, message, do: "install a libcurl that has TLS: without it no service can be reached.")
        }
        return DoctorCheck("libcurl", .good, message)
    }
}
