import Foundation
import PracticeHub
import Testing

/// The queue's files, as they are for every program.
extension Scenario {
    private var folder: String { box.home + "/.local/state/fetchctl/queue" }

    /// Puts a job into the queue, as `add --detach` would.
    func submit(
        _ number: Int, _ arguments: [String], umask: Int = 0o022, secrets: [String] = [], hook: (name: String, words: [String])? = nil
    ) throws {
        for part in ["live", "log", "history", "damaged"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(part)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        var record: [String: Any] = [
            "version": 1, "job": number, "state": "queued", "refs": [arguments[0]], "dir": box.work,
            "created": Date().timeIntervalSince1970,
            "line": [
                "arguments": arguments, "folder": box.work, "umask": umask, "environment": environment, "secrets": secrets,
            ],
        ]
        if let hook { record[hook.name] = hook.words }
        try put(try JSONSerialization.data(withJSONObject: record), "live/\(number).json")
        try put(Data("\(number)\n".utf8), "highest")
    }

    /// Says what is wanted of a job.
    func want(_ number: Int, _ kind: String, _ text: String) throws {
        try put(Data("\(text)\n\(UInt32.random(in: 0 ... .max))\n".utf8), "live/\(number).\(kind).want")
    }

    private func put(_ data: Data, _ name: String) throws {
        try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)"), options: .atomic)
    }

    /// `fetchctl daemon`, left running.
    func daemon(_ arguments: String..., environment extra: [String: String] = [:]) async throws -> RunningProcess {
        try await Fetchctl.start(["daemon"] + arguments, environment: environment.merging(extra) { $1 }, cwd: box.work)
    }

    /// The records of jobs that have not ended, by number.
    func liveJobs() -> [Int: JSONValue] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/live")) ?? []
        let jobs = names.filter { $0.hasSuffix(".json") }.compactMap { name in
            read("live/" + name).map { (Int(name.dropLast(5)) ?? 0, $0) }
        }
        return Dictionary(uniqueKeysWithValues: jobs)
    }

    func state(_ number: Int) -> String? { read("live/\(number).json")?["state"]?.string }
    func progress(_ number: Int) -> JSONValue? { read("live/\(number).progress") }

    private func read(_ name: String) -> JSONValue? {
        FileManager.default.contents(atPath: "\(folder)/\(name)").flatMap { try? JSONValue(parsing: String(decoding: $0, as: UTF8.self)) }
    }

    /// The jobs that have ended.
    func history() throws -> [JSONValue] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/history")) ?? []
        return try names.flatMap { name in
            let text = String(decoding: FileManager.default.contents(atPath: "\(folder)/history/\(name)") ?? Data(), as: UTF8.self)
            return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        }
    }

    func log(_ number: Int) -> String {
        String(decoding: FileManager.default.contents(atPath: "\(folder)/log/\(number).log") ?? Data(), as: UTF8.self)
    }

    /// Everything that is written in the folder of the queue.
    var allState: String {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }.map {
            String(decoding: $0, as: UTF8.self)
        }.joined()
    }
}
