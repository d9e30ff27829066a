import ArgumentParser
import Dispatch
import Foundation
import PracticeHub

/// Runs a practice hub until it is told to end, for scripts and tests in other processes.
@main
struct PracticeHubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "practice-hub",
        abstract: "A loopback stand-in for CivitAI, the Hugging Face Hub, Google Drive, GitHub, ModelScope and Ollama.",
        discussion: """
            Prints one line of JSON when it is ready: the addresses "hub", "civitai", "gdrive", "github", "modelscope", "ollama" \
            and "cdn", the content network, and "control", the base of the URLs that read requests and set faults. Then serves until SIGTERM or SIGINT.
            """)

    @Option(help: ArgumentHelp("Also write the line of JSON to this file, which appears whole.", valueName: "file"))
    var portFile: String?

    @Option(help: ArgumentHelp("Bytes of the large files; K, M and G are 1024s.", valueName: "size"))
    var modelSize: ByteCount?

    @Option(help: ArgumentHelp("Bytes per second for each connection to the content network.", valueName: "bytes"))
    var rate: ByteCount?

    @Option(help: ArgumentHelp("Bytes per second for all connections to the content network together.", valueName: "bytes"))
    var totalRate: ByteCount?

    @Option(help: ArgumentHelp("Answer 503 to more file bodies than this at once.", valueName: "count"))
    var transfers: Int?

    @Option(help: ArgumentHelp("Seconds for which signed links are good.", valueName: "seconds"))
    var linkLifetime: Double = 3600

    @Option(help: ArgumentHelp("Files of the repository practice/huge, which is there only then.", valueName: "count"))
    var hugeFiles: Int = 0

    @Option(help: ArgumentHelp("Seconds by which the services' clock is ahead of this machine's.", valueName: "seconds"))
    var clockOffset: Double = 0

    @Option(help: ArgumentHelp("Requests in five minutes that the Hub's RateLimit headers promise.", valueName: "count"))
    var quota: Int?

    @Option(help: ArgumentHelp("The content network's origin in links, where a proxy is in front of it.", valueName: "origin"))
    var publicCDN: String?

    @Flag(help: "Answer 429 when the Hub's quotas are used up.")
    var enforceQuotas = false

    @Flag(help: "End when standard input is closed: with the process that started this one.")
    var untilStdinCloses = false

    func run() async throws {
        var configuration = HubConfiguration()
        configuration.linkLifetime = linkLifetime
        configuration.clockOffset = clockOffset
        configuration.enforcesQuotas = enforceQuotas
        configuration.hugeFiles = hugeFiles
        configuration.simultaneousTransfers = transfers
        configuration.publicCDN = publicCDN
        configuration.bytesPerSecondPerConnection = rate?.bytes
        configuration.bytesPerSecondTotal = totalRate?.bytes
        if let modelSize { configuration.modelSize = modelSize.bytes }
        if let quota { (configuration.apiQuota, configuration.resolverQuota) = (quota, quota) }
        let ending = Ending(untilStdinCloses: untilStdinCloses)
        try await PracticeHub.withHub(configuration) { _, addresses in
            try announce(addresses)
            await ending.wait()
        }
    }

    private func announce(_ addresses: HubAddresses) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(Announcement(addresses)) + Data("\n".utf8)
        if let portFile { try line.write(to: URL(fileURLWithPath: portFile), options: .atomic) }
        try FileHandle.standardOutput.write(contentsOf: line)
    }
}

/// The line that the command prints: every address, and the base of the control URLs.
struct Announcement: Encodable {
    private let addresses: HubAddresses

    private enum Keys: String, CodingKey { case control }

    init(_ addresses: HubAddresses) { self.addresses = addresses }

    func encode(to encoder: any Encoder) throws {
        try addresses.encode(to: encoder)
        var fields = encoder.container(keyedBy: Keys.self)
        try fields.encode(addresses.control, forKey: .control)
    }
}
