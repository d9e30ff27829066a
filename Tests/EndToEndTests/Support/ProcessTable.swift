import Foundation

/// Other processes, as /proc shows them.
enum ProcessTable {
    static var all: [Int32] { ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) } }

    /// The file as it is; empty when there is none, or it may not be read.
    static func bytes(_ pid: Int32, _ file: String) -> Data {
        (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/\(file)"))) ?? Data()
    }

    /// The arguments, separated by NUL bytes.
    static func commandLine(_ pid: Int32) -> String { String(decoding: bytes(pid, "cmdline"), as: UTF8.self) }

    /// The environment that it was started with, separated by NUL bytes.
    static func environment(_ pid: Int32) -> String { String(decoding: bytes(pid, "environ"), as: UTF8.self) }

    static func name(_ pid: Int32) -> String {
        String(decoding: bytes(pid, "comm"), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs, and is no zombie.
    static func isAlive(_ pid: Int32) -> Bool { state(pid).map { $0 != "Z" && $0 != "X" } ?? false }

    static func isStopped(_ pid: Int32) -> Bool { state(pid) == "T" }

    /// The state's letter and what follows it in /proc/PID/stat. The name before them may hold anything.
    private static func fields(_ pid: Int32) -> [Substring] {
        let text = String(decoding: bytes(pid, "stat"), as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static func state(_ pid: Int32) -> Substring? { fields(pid).first }

    static func parent(_ pid: Int32) -> Int32? {
        let fields = fields(pid)
        return fields.count > 1 ? Int32(fields[1]) : nil
    }

    /// The living processes of a home folder: what fetchctl starts inherits its HOME, and nothing else has it.
    static func ofHome(_ home: String) -> [Int32] {
        all.filter { pid in
            environment(pid).split(separator: "\0").contains { $0 == "HOME=\(home)" } && isAlive(pid)
        }
    }
}
