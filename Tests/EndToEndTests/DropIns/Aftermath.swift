import Foundation
import Testing

/// What a line came to: its exit code, what it printed, and every file in the folder where it ran.
struct Aftermath: Sendable {
    var outcome: Outcome
    /// By path in that folder; of a symbolic link, where it leads.
    var files: [String: Data]

    /// - Parameter folder: where it ran, absolute.
    init(_ outcome: Outcome, in folder: String) {
        self.outcome = outcome
        files = [:]
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for name in names where !Self.isWorkingState(name) {
            let path = "\(folder)/\(name)"
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                files[name] = Data("-> \(target)".utf8)
            } else if let data = FileManager.default.contents(atPath: path) {
                files[name] = data
            }
        }
    }

    /// What programs keep for the next run: each has its own, and none of it has a final name.
    private static func isWorkingState(_ name: String) -> Bool {
        let last = name.split(separator: "/").last ?? ""
        return name.contains(".cache/huggingface/") && !name.contains("/snapshots/") && !name.contains("/refs/")
            && !name.contains("/blobs/")
            || name.contains(".locks/") || name.contains("/trees/") || name.contains(".no_exist") || last == "CACHEDIR.TAG"
            || last.hasSuffix(".part") || last.contains(Sandbox.partialEnding)
    }

    /// The same code, the same names, the same bytes.
    func expectSame(as other: Aftermath, ignoring ignored: Set<String> = [], _ location: SourceLocation = #_sourceLocation) {
        let story = "theirs: \(other.outcome.stderr.suffix(600))\nours: \(outcome.stderr.suffix(600))"
        #expect(outcome.code == other.outcome.code, "\(story)", sourceLocation: location)
        let (names, others) = (Set(files.keys).subtracting(ignored), Set(other.files.keys).subtracting(ignored))
        #expect(names == others, "\(story)", sourceLocation: location)
        // Compared outside of #expect, which would work out how megabytes differ.
        let different = names.intersection(others).filter { files[$0] != other.files[$0] }.sorted()
        #expect(different.isEmpty, "other bytes in \(different)", sourceLocation: location)
    }
}

extension Scenario {
    /// A folder of the sandbox for one of two programs that are compared.
    func folder(_ name: String, holding files: [String: String] = [:]) throws -> String {
        let path = "\(box.work)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files {
            if name.hasSuffix("/") {
                try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
            } else {
                try box.write(text, to: "\(path.dropFirst(box.work.count + 1))/\(name)")
            }
        }
        return path
    }

    /// The built command under another program's name.
    func shim(_ name: String) throws -> String {
        let folder = "\(box.root)/shims"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let link = "\(folder)/\(name)"
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == nil {
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Fetchctl.binary)
        }
        return link
    }

    /// A line of another program, run by us under its name; without a real one on PATH, unless one is put there.
    func ours(
        _ program: String, _ arguments: [String], in folder: String, environment extra: [String: String] = [:]
    ) async throws -> Aftermath {
        let outcome = try await RunningProcess(
            try shim(program), arguments,
            environment: environment.merging(["PATH": "\(box.root)/shims"]) { $1 }.merging(extra) { $1 }, cwd: folder
        ).end()
        return Aftermath(outcome, in: folder)
    }

    /// A stand-in for a real tool, in a folder of its own: it says its name and what it was given, and ends with 42.
    func realTool(_ name: String) throws -> String {
        let folder = "\(box.root)/real"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name)"
        try Data("#!/bin/sh\necho real \(name) \"$@\"\nexit 42\n".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o755)
        return folder
    }
}
