import Foundation
import Testing

/// Checks files by the JSON Schemas in `docs/`, with check-jsonschema, and objects for Kubernetes by its own.
enum SchemaChecker {
    /// The Python environment that holds it.
    private static let variable = "FETCHCTL_TEST_SCHEMAS"

    /// The repository's `docs`.
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs").path

    /// - Parameters:
    ///   - schema: its name in `docs`.
    ///   - path: a file of TOML.
    static func check(_ path: String, by schema: String, in box: Sandbox) async throws -> Outcome {
        try await check([path], as: "toml", by: schema, in: box)
    }

    /// Several files of a kind at once: a run costs most of a second.
    static func check(_ paths: [String], as kind: String, by schema: String, in box: Sandbox) async throws -> Outcome {
        try await run("check-jsonschema", ["--schemafile", "\(folder)/\(schema)", "--force-filetype", kind] + paths, in: box)
    }

    /// Files of YAML, with one object or more for Kubernetes each.
    static func checkKubernetes(_ paths: [String], in box: Sandbox) async throws -> Outcome {
        try await run("kubernetes-validate", ["--strict"] + paths, in: box)
    }

    private static func run(_ program: String, _ arguments: [String], in box: Sandbox) async throws -> Outcome {
        let venv = ProcessInfo.processInfo.environment[variable] ?? ""
        let path = "\(venv)/bin/\(program)"
        guard !venv.isEmpty, FileManager.default.isExecutableFile(atPath: path) else {
            try #require(!CI.isHere, "\(variable) names no Python environment with \(program); scripts/test makes one")
            try Test.cancel("\(variable) names no Python environment with \(program); scripts/test makes one")
        }
        return try await RunningProcess(
            path, arguments,
            environment: ["HOME": box.home, "PATH": "/usr/bin:/bin", "TMPDIR": box.temporary, "PYTHONDONTWRITEBYTECODE": "1"], cwd: box.work
        ).end(timeout: 60)
    }
}
