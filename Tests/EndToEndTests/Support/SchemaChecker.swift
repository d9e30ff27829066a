import Foundation
import Testing

/// Checks files by the JSON Schemas in `docs/`, with check-jsonschema.
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
        guard let venv = ProcessInfo.processInfo.environment[variable], !venv.isEmpty else {
            try #require(!CI.isHere, "\(variable) names no Python environment; scripts/test makes one")
            try Test.cancel("\(variable) names no Python environment; scripts/test makes one")
        }
        return try await RunningProcess(
            "\(venv)/bin/check-jsonschema", ["--schemafile", "\(folder)/\(schema)", "--force-filetype", kind] + paths,
            environment: ["HOME": box.home, "PATH": "/usr/bin:/bin", "TMPDIR": box.temporary, "PYTHONDONTWRITEBYTECODE": "1"], cwd: box.work
        ).end(timeout: 60)
    }
}
