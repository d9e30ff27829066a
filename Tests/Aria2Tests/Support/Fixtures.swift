import FetchTypes
import Foundation
import Testing

@testable import Aria2

extension Trait where Self == ConditionTrait {
    /// Skips where no aria2 1.36 or 1.37 is installed.
    static var requiresAria2c: Self {
        .enabled("aria2c 1.36 or 1.37 is not on PATH") { try await Installed.aria2c()?.isStock == true }
    }
}

/// The aria2c of this machine.
enum Installed {
    static func aria2c() async throws -> Aria2Executable? {
        try? await Aria2Executable.find(environment: ProcessInfo.processInfo.environment.filter { $0.key == "PATH" })
    }

    /// What starts it, with a secret in our environment that it must not get.
    static func launch(options: [(name: String, value: String)] = []) async throws -> Aria2Launch {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        return Aria2Launch(
            executable: try #require(try await aria2c()), options: options, userAgent: "fetchctl-test",
            environment: ["PATH": path, "HOME": NSTemporaryDirectory(), "HF_TOKEN": "hf_leaked", "http_proxy": "http://127.0.0.1:1"])
    }
}

/// A folder of one test, removed with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "aria2-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(path)/\(name)").map { [UInt8]($0) } }

    func write(_ bytes: [UInt8], to name: String, mode: Int = 0o644) throws {
        try #require(
            FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(bytes), attributes: [.posixPermissions: mode]))
    }
}

/// Bytes that differ from place to place and are the same in every run.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        withUnsafeBytes(of: state >> 8) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
}

extension Aria2Daemon {
    /// Asks until the job's status is as wanted, or the job has ended.
    func status(of gid: Aria2GID, until isWanted: (Aria2Status) -> Bool) async throws -> Aria2Status {
        while true {
            let status = try await rpc.tellStatus(gid)
            if isWanted(status) || status.state?.isFinal == true { return status }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits for the job's end.
    func finish(_ gid: Aria2GID) async throws -> Aria2Status { try await status(of: gid) { _ in false } }
}
