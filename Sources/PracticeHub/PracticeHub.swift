import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// A loopback stand-in for CivitAI, the Hugging Face Hub, Google Drive, GitHub, ModelScope, Ollama and the content network behind them.
///
/// HTTP servers on ports of 127.0.0.1 that the kernel chooses. Contents are made from a seed, so that every file can
/// be checked and none is stored. Everything that arrives is recorded, and ``Fault``s can be put in at any time.
package actor PracticeHub {
    private let state: HubState
    private var runs: [Task<Void, any Error>] = []

    package init(_ configuration: HubConfiguration = HubConfiguration()) {
        state = HubState(configuration)
    }

    // Test suites ask for a hub per case, all at once: this keeps descriptors and the processor within bounds.
    private static let places = Places(12)
    /// A hub within a hub must not wait for the place that its own caller holds.
    @TaskLocal private static var hasPlace = false

    /// Runs `body` with a started hub, which is stopped when `body` ends in whatever way.
    ///
    /// At most twelve bodies run in a process at the same time; further ones wait. Calls may be nested.
    package static func withHub<Result>(
        _ configuration: HubConfiguration = HubConfiguration(),
        _ body: (PracticeHub, HubAddresses) async throws -> Result
    ) async throws -> Result {
        guard !hasPlace else { return try await runHub(configuration, body) }
        await places.take()
        do {
            let result = try await $hasPlace.withValue(true) { try await runHub(configuration, body) }
            await places.giveBack()
            return result
        } catch {
            await places.giveBack()
            throw error
        }
    }

    private static func runHub<Result>(
        _ configuration: HubConfiguration, _ body: (PracticeHub, HubAddresses) async throws -> Result
    ) async throws -> Result {
        let hub = PracticeHub(configuration)
        do {
            let result = try await body(hub, try await hub.start())
            await hub.stop()
            return result
        } catch {
            await hub.stop()
            throw error
        }
    }

    /// Starts listening; returns when all servers accept connections. To be called once.
    ///
    /// Makes the whole process ignore SIGPIPE, which a client that leaves early would otherwise raise.
    package func start() async throws -> HubAddresses {
        signal(SIGPIPE, SIG_IGN)
        var origins: [String] = []
        for server in HubRequest.Server.allCases {
            let http = HTTPServer(
                address: try sockaddr_in.inet(ip4: "127.0.0.1", port: 0), timeout: 300, pool: ReadinessPool.shared, logger: .disabled,
                handler: HubHandler(server: server, state: state))
            runs.append(Task { try await http.run() })
            try await http.waitUntilListening(timeout: 60)
            guard case .ip4(let host, let port)? = await http.listeningAddress else { throw ReplyBody.Cut() }
            origins.append("http://\(host):\(port)")
        }
        let addresses = HubAddresses(
            hub: origins[0], civitai: origins[1], cdn: origins[2], gdrive: origins[3], github: origins[4], modelscope: origins[5],
            ollama: origins[6])
        state.addresses.withLock { $0 = addresses }
        return addresses
    }

    /// Closes the ports and every connection, transfers included.
    package func stop() async {
        // Not by the servers' own stop(): it closes the listening socket under a task that may be about to accept on it, when
        // the descriptor can be another hub's already.
        for run in runs { run.cancel() }
        for run in runs { _ = await run.result }
        runs = []
    }

    /// The requests so far, in order of arrival.
    package func requests() -> [RecordedRequest] { state.log.records }

    /// Forgets the requests so far.
    package func resetRequests() { state.log.removeAll() }

    /// Puts a fault in, behind those already there.
    package func addFault(_ fault: Fault) { state.faults.add(fault, lastLink: state.signer.lastNumber) }

    /// Ends all faults; version 12353 fails twice again.
    package func clearFaults() { state.clearFaults() }

    /// Puts a file in, replacing one of the same place and name; returns its URL and content.
    @discardableResult
    package func addFile(_ file: NewFile) -> (url: String, content: PracticeFile) { state.add(file) }

    /// The content of `/plain/NAME`.
    package func plainFile(_ name: String) -> PracticeFile? { state.plainFiles.withLock { $0[name] } }

    /// The content of a CivitAI version's primary file, or of the file of that id.
    package func civitaiFile(_ version: Int, file: Int? = nil) -> PracticeFile? {
        let files = state.versions.withLock { $0.first { $0.id == version } }?.files
        return files?.first { file == nil ? $0.isPrimary : $0.id == file }?.content
    }

    /// The content of a file in a repository's `main`.
    package func hubFile(_ repository: String, _ path: String) -> PracticeFile? {
        let files = state.repositories.withLock { $0.first { $0.id == repository } }?.files
        return files?.first { $0.path == path }?.content
    }

    /// The content of a file of Google Drive, by the middle of its id (`Small`, `Large`, …).
    package nonisolated func driveFile(_ name: String) -> (id: String, content: PracticeFile)? {
        DriveShelf.item(DriveShelf.id(name)).map { ($0.id, $0.content) }
    }

    /// The id of a folder of Google Drive by its middle (`Folder`, `Inner`, `Empty`).
    package nonisolated func driveFolder(_ name: String) -> String { DriveShelf.id(name) }

    /// The content of a release's asset, or of a file at `main`, at GitHub.
    package nonisolated func gitHubFile(_ repository: String, _ name: String) -> PracticeFile? {
        let found = GitHubShelf.repository(repository)
        return found?.releases.flatMap(\.assets).first { $0.name == name }?.content ?? found?.files["main/" + name]?.content
    }

    package nonisolated func modelScopeFile(_ path: String) -> PracticeFile? { ModelScopeServer.files[path] }

    /// The content of the first layer of that role (`model`, `template`, …).
    package nonisolated func ollamaLayer(_ model: String, _ role: String) -> PracticeFile? {
        OllamaServer.models[model]?.first { $0.role == role }?.content
    }

    /// How often a CivitAI version's link was handed out.
    package func civitaiDownloads(_ version: Int) -> Int {
        state.versions.withLock { $0.first { $0.id == version }?.downloads ?? 0 }
    }
}
