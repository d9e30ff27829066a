import ArgumentParser
import FetchKit
import FetchTypes
import Fleet
import Testing

@testable import fetchctl

@Suite("The options of a fleet")
struct FleetOptionsTests {
    private static let environment = [FleetSecret.variable: "0123456789abcdef"]

    private func terms(_ words: [String], _ environment: [String: String] = Self.environment) throws -> FleetTerms? {
        try AddOptions.parse(["org/name"] + words).fleet
            .terms(environment: environment, userAgent: "test", names: { ("box", "box") })
    }

    @Test("become the settings of a fleet member")
    func settings() throws {
        #expect(try terms([]) == nil)
        let words = [
            "--fleet", "tcp://box:7801", "--fleet-size", "8", "--fleet-rank", "3", "--fleet-interface", "10.0.0.4", "--fleet-linger", "0",
            "--fleet-required", "--fleet-encrypt",
        ]
        let settings = try #require(try terms(words)).settings
        #expect(settings.roster == FleetRoster(size: 8, rank: 3, hosts: ["box"], port: 7801, isOpen: true))
        #expect(settings.interface == "10.0.0.4" && settings.linger == .zero && settings.isRequired && settings.encrypts)
        let slurm = ["SLURM_JOB_NODELIST": "a[1-2]", "SLURM_NODEID": "1"].merging(Self.environment) { first, _ in first }
        let roster = try #require(try terms(["--fleet", "auto", "--fleet-port", "7000"], slurm)).settings.roster
        #expect(roster == FleetRoster(size: 2, rank: 1, hosts: ["a1", "a2"], port: 7000))
    }

    @Test(
        "that do not do are refused with 64",
        arguments: [
            (["--fleet", "tcp://box:7700"], "needs to know how many nodes"), (["--fleet", "auto"], "finds no fleet here"),
            (["--fleet-size", "2"], "--fleet-size is for a fleet"), (["--fleet-required"], "--fleet-required is for a fleet"),
            (["--fleet", "tcp://box:7700", "--fleet-size", "2", "--fleet-rank", "2"], "rank 2 is outside"),
            (["--fleet", "tcp://box:7700", "--fleet-size", "2", "--fleet-secret", "0123456789abcdef"], "takes a file"),
            (["--fleet", "tcp://box:7700", "--fleet-size", "2", "--fleet-secret", "@/no/such/file"], "cannot be read"),
            (["--fleet", "tcp://box:7700", "--fleet-size", "2", "--fleet-secret", "@/dev/null"], "too short"),
        ])
    func refused(words: [String], message: String) throws {
        let failure = try #require(throws: Failure.self) { try terms(words) }
        #expect(failure.code == .usage && failure.message.contains(message), "\(failure)")
        #expect(!failure.description.contains("0123456789abcdef"))
    }

    @Test("want a secret")
    func secret() throws {
        let failure = try #require(throws: Failure.self) { try terms(["--fleet", "tcp://box:7700", "--fleet-size", "2"], [:]) }
        #expect(failure.code == .usage && failure.message == "a fleet needs a secret.")
    }
}
