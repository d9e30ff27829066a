import Foundation
import Testing

/// A test's own folders: a home, a directory for temporary files, and the one where it works.
struct Sandbox: Sendable {
    let root: String

    var home: String { root + "/home" }
    var temporary: String { root + "/tmp" }
    /// The working directory, and where files land when nothing else is said.
    var work: String { root + "/work" }

    fileprivate init() throws {
        // Resolved, because fetchctl names the directories that it was given, and the kernel the real ones.
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        root = "\(base)/fetchctl-e2e-\(UUID().uuidString)"
        for path in [home, temporary, work] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    }

    /// Runs `body` with a new sandbox, and takes it away afterwards with every process that was left behind in it,
    /// which fails the test.
    static func with<Result>(_ body: (Sandbox) async throws -> Result) async throws -> Result {
        let box = try Sandbox()
        do {
            let result = try await body(box)
            await box.clearAway()
            return result
        } catch {
            await box.clearAway()
            throw error
        }
    }

    private func clearAway() async {
        // aria2c may take 3 s after a fetchctl that was killed.
        if await !eventually(within: .seconds(3), { ProcessTable.ofHome(home).isEmpty }) {
            for pid in ProcessTable.ofHome(home) {
                Issue.record("left behind: \(ProcessTable.commandLine(pid).replacingOccurrences(of: "\0", with: " "))")
                kill(pid, SIGKILL)
            }
        }
        try? FileManager.default.removeItem(atPath: root)
    }

    // MARK: files

    /// A path under the working directory.
    func path(_ name: String) -> String { "\(work)/\(name)" }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func data(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Data(text.utf8), to: name)
    }

    @discardableResult
    func write(_ data: Data, to name: String) throws -> String {
        let target = path(name)
        try FileManager.default.createDirectory(atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: target))
        return target
    }

    func status(_ name: String) throws -> stat {
        var status = stat()
        try #require(lstat(path(name), &status) == 0, "\(name) is not there")
        return status
    }

    /// Permission bits.
    func mode(_ name: String) throws -> mode_t { try status(name).st_mode & 0o7777 }

    /// Every file under the working directory, sorted, our records left out.
    var files: [String] { Self.walk(work).filter { !$0.hasPrefix(".fetchctl/") && !$0.contains("/.fetchctl/") } }

    /// The same with the records.
    var allFiles: [String] { Self.walk(work) }

    /// Everything under the root, absolute.
    var everything: [String] { Self.walk(root).map { "\(root)/\($0)" } }

    private static func walk(_ path: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory) ? !isDirectory.boolValue : true
        }.sorted()
    }

    // MARK: partials

    static let partialEnding = ".fetchctl-part"

    /// Whether a partial or one of its companions is there for this name.
    func hasPartial(_ name: String) -> Bool {
        ["", ".aria2", ".json"].contains { exists(name + Self.partialEnding + $0) }
    }

    /// The record beside a partial.
    func partialRecord(_ name: String) -> JSONValue? {
        data(name + Self.partialEnding + ".json").flatMap { try? JSONValue(parsing: String(decoding: $0, as: UTF8.self)) }
    }

    /// Bytes that a partial's record says are there.
    func recordedBytes(_ name: String) -> Int64 {
        guard let record = partialRecord(name), let length = record["piece_length"]?.int, let hex = record["pieces"]?.string else {
            return 0
        }
        return Int64(hex.compactMap { $0.hexDigitValue?.nonzeroBitCount }.reduce(0, +)) * length
    }

    /// The record of a finished file.
    func record(_ name: String, in directory: String = "") -> JSONValue? {
        let folder = directory.isEmpty ? "" : directory + "/"
        return data("\(folder).fetchctl/\(name).json").flatMap { try? JSONValue(parsing: String(decoding: $0, as: UTF8.self)) }
    }
}
