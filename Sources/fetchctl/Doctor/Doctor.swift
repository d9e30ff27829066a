import Curl
import FetchTypes
import ModelSources
import Storage
import Transfer

/// Checks everything that a download needs, concurrently and within five seconds.
struct Doctor {
    let context: Context
    /// In force, or the defaults where the configuration cannot be read.
    let settings: Settings
    let configuration: [DoctorCheck]
    /// Nil where an endpoint's variable is wrong.
    let endpoints: ServiceEndpoints?

    /// What a service has to answer in.
    static let answerLimit = Seconds(clamping: 3)

    var environment: [String: String] { context.environment }

    init(_ context: Context) {
        self.context = context
        var loader = SettingsLoader(environment: context.environment)
        // All unknown names are listed here, not only the first ones.
        loader.toldNames = .max
        var found: [DoctorCheck] = []
        do {
            settings = try loader.load()
            let files = loader.files.filter { Disk.followedStatus($0) != nil }
            if loader.warnings.isEmpty {
                found.append(DoctorCheck("configuration", .good, files.isEmpty ? "none, so defaults." : files.joined(separator: ", ")))
            }
        } catch {
            settings = Settings()
            found.append(DoctorCheck("configuration", .bad, error))
        }
        found += loader.warnings.map { DoctorCheck("configuration", .warning, $0, do: "correct or remove that line.") }
        found += DoctorVariables.unknown(in: context.environment).map { name in
            let near = DoctorVariables.nearest(to: name)
            return DoctorCheck(
                "configuration", .warning, "the variable \(name) is not known and ignored.",
                do: near.map { "did you mean \($0)? Else unset it." } ?? "unset it, or see the names in docs/environment.md.")
        }
        do {
            endpoints = try ServiceEndpoints(environment: context.environment)
        } catch {
            endpoints = nil
            found.append(DoctorCheck("endpoints", .bad, error))
        }
        configuration = found
    }

    /// Every check, in the order in which they are shown.
    func run() async -> [DoctorCheck] {
        async let programs = ProgramChecks(doctor: self).run()
        async let network = NetworkChecks(doctor: self).run()
        async let machine = MachineChecks(doctor: self).run()
        return await programs + configuration + network + machine
    }

    func client(_ change: (inout NetworkSettings) -> Void = { _ in }) -> CurlClient {
        var network = NetworkSettings(userAgent: "fetchctl/\(Fetchctl.version)", environment: environment)
        network.connectTimeout = Int(Self.answerLimit.value)
        change(&network)
        return CurlClient(settings: network)
    }
}
