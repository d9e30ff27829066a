import Foundation
import PracticeHub
import Testing

/// What the real Python clients make of the practice hub.
@Suite("huggingface_hub and gdown")
struct PeerTests {
    /// A Python environment that has huggingface_hub.
    private static let environment = ProcessInfo.processInfo.environment["FETCHCTL_TEST_VENV"]
    /// Tests/Peers: what the peers need to find the practice hub.
    private static let peers = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Peers"

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

    /// gdown with Google's hosts led to the stand-in: its own requests, under their own names.
    private static let gdown = """
        import sys, google_stand_in, gdown
        folder, file, whole = sys.argv[1:]
        if file: gdown.download("https://drive.google.com/uc?id=" + file, output=folder + "/", quiet=True)
        if whole: gdown.download_folder("https://drive.google.com/drive/folders/" + whole, output=folder + "/", quiet=True)
        """

    @Test(
        "gdown finds its way through the practice Drive as through the real one",
        .enabled(if: environment != nil, "set FETCHCTL_TEST_VENV to a Python environment that has gdown"))
    func gdown() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("practice-hub-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await PracticeHub.withHub { (hub, addresses) async throws in
            func gdown(_ file: String, folder inner: String = "") async throws -> Int32 {
                try await run("python3", ["-c", Self.gdown, folder.path, file, inner], folder, addresses)
            }
            for name in ["Small", "Large", "Old", "Document"] {
                let (id, content) = try #require(hub.driveFile(name))
                #expect(try await gdown(id) == 0, "\(name)")
                let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
                #expect(files.count == 1, "\(files)")
                let file = folder.appendingPathComponent(try #require(files.first))
                #expect(try Data(contentsOf: file) == content.data, "\(name)")
                try FileManager.default.removeItem(at: file)
            }
            for name in ["Quota", "SignIn", "Denied"] {
                #expect(try await gdown(try #require(hub.driveFile(name)).id) != 0, "\(name)")
            }
            #expect(try await gdown("", folder: hub.driveFolder("Inner")) == 0)
            let inner = try Data(contentsOf: folder.appendingPathComponent("inner/Übung groß.safetensors"))
            #expect(inner == hub.driveFile("Large")?.content.data)
        }
    }

    /// Runs `hf` with a home of its own and waits for its end.
    private func run(_ arguments: [String], _ folder: URL, _ addresses: HubAddresses) async throws -> Int32 {
        try await run("hf", arguments, folder, addresses)
    }

    private func run(_ program: String, _ arguments: [String], _ folder: URL, _ addresses: HubAddresses) async throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.environment) + "/bin/\(program)")
        process.arguments = arguments
        process.environment = [
            "HF_ENDPOINT": addresses.hub, "HF_HUB_DISABLE_XET": "1", "HF_HOME": folder.appendingPathComponent("home").path,
            "HOME": folder.path, "PATH": "/usr/bin:/bin", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "PYTHONPATH": Self.peers, "PYTHONDONTWRITEBYTECODE": "1", "STAND_IN": addresses.gdrive,
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
