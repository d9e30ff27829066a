import Foundation
import PracticeHub
import Testing

/// What the real Python client makes of the practice Hub.
@Suite("huggingface_hub")
struct PeerTests {
    /// A Python environment that has huggingface_hub.
    private static let environment = ProcessInfo.processInfo.environment["FETCHCTL_TEST_VENV"]

    @Test(
        "downloads a repository and agrees with its hashes",
        .enabled(if: environment != nil, "set FETCHCTL_TEST_VENV to a Python environment that has huggingface_hub"))
    func download() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("practice-hub-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await PracticeHub.withHub { (hub, addresses) async throws in
            let target = folder.appendingPathComponent("files")
            let one = try await run(["download", "practice/tiny", "model.safetensors", "--local-dir", target.path], folder, addresses)
            #expect(one == 0)
            let content = try #require(await hub.hubFile("practice/tiny", "model.safetensors"))
            #expect(try Data(contentsOf: target.appendingPathComponent("model.safetensors")) == content.data)
            #expect(await hub.requests().filter { $0.server == "cdn" }.allSatisfy { $0.header("Authorization") == nil })

            #expect(try await run(["download", "practice/renamed"], folder, addresses) == 0)
            #expect(try await run(["download", "practice/tiny"], folder, addresses) == 0)
            #expect(try await run(["cache", "verify", "practice/tiny"], folder, addresses) == 0)
            #expect(try await run(["download", "practice/names", "--revision", "refs/pr/1"], folder, addresses) == 0)
            #expect(try await run(["download", "practice/data", "--repo-type", "dataset"], folder, addresses) == 0)
            #expect(try await run(["download", "practice/gated"], folder, addresses) != 0)
            #expect(try await run(["download", "practice/gated", "--token", "practice-hf-token"], folder, addresses) == 0)
        }
    }

    /// Runs `hf` with a home of its own and waits for its end.
    private func run(_ arguments: [String], _ folder: URL, _ addresses: HubAddresses) async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.environment) + "/bin/hf")
        process.arguments = arguments
        process.environment = [
            "HF_ENDPOINT": addresses.hub, "HF_HUB_DISABLE_XET": "1", "HF_HOME": folder.appendingPathComponent("home").path,
            "HOME": folder.path, "PATH": "/usr/bin:/bin", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }
}
