import PracticeHub
import Foundation
import Testing

/// The real `huggingface_hub`, in the newest version and in two older ones.
enum HubPeer: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case newest = "FETCHCTL_TEST_VENV"
    case one = "FETCHCTL_TEST_VENV_HF1"
    case zero = "FETCHCTL_TEST_VENV_HF0"

    var testDescription: String {
        switch self {
        case .newest: "the newest"
        case .one: "1.x"
        case .zero: "0.x"
        }
    }

    /// The Python environment that holds it.
    var folder: String? { ProcessInfo.processInfo.environment[rawValue].flatMap { $0.isEmpty ? nil : $0 } }

    /// Skips the test, or this one case of it, where it is not available; fails it in CI, where it has to be.
    func require() throws -> String {
        guard let folder else {
            try #require(!CI.isHere, "\(rawValue) names no Python environment; scripts/test makes one")
            try Test.cancel("\(rawValue) names no Python environment; scripts/test makes one")
        }
        return folder
    }
}

extension Scenario {
    private func run(_ peer: HubPeer, _ program: String, _ arguments: [String], _ extra: [String: String]) async throws -> Outcome {
        let environment = [
            "HF_ENDPOINT": at.hub, "HF_HUB_DISABLE_XET": "1", "HOME": box.home, "PATH": "/usr/bin:/bin", "TMPDIR": box.temporary,
            "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "PYTHONDONTWRITEBYTECODE": "1",
        ]
        return try await RunningProcess(
            "\(try peer.require())/bin/\(program)", arguments, environment: environment.merging(extra) { $1 }, cwd: box.work
        ).end(timeout: 120)
    }

    /// The real `hf` to its end, with the same home as fetchctl.
    func hf(_ peer: HubPeer, _ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await run(peer, "hf", arguments, environment)
    }

    /// The same with the words in a list.
    func hf(_ peer: HubPeer, _ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        try await run(peer, "hf", arguments, environment)
    }

    /// A few lines of Python; `print` is what comes back.
    func python(_ peer: HubPeer, _ lines: String, environment: [String: String] = [:]) async throws -> Outcome {
        try await run(peer, "python", ["-c", lines], environment)
    }

    /// Bytes of files that the Hub or its content network sent.
    func fileBytesServed() async -> Int64 {
        await hub.requests().filter {
            $0.server == "cdn" || $0.path.contains("/resolve-cache/") || $0.path.contains("/resolve/") && $0.status < 300
        }.reduce(0) { $0 + $1.bodyBytesSent }
    }

    /// The cache of huggingface_hub, as a path under the sandbox's root.
    var hubCache: String { box.home + "/.cache/huggingface/hub" }
}
