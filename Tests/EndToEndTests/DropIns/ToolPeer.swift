import Foundation
import Testing

/// A folder on which a line is run, by the real tool and by ours, and the server that both ask.
struct ToolPeer: Sendable {
    /// What is in the folder before the line runs.
    enum Seed: Sendable {
        case empty
        /// The first 100,000 bytes of `a.bin`.
        case beginning
        /// As long as `a.bin`, and something else.
        case other
        /// Longer than `a.bin`.
        case longer
        case folder
        /// A link to the file `elsewhere`.
        case link
        case text(String)
    }

    /// What a line came to.
    struct Result: Sendable, Equatable, CustomStringConvertible {
        var code: Int32
        /// Each path with what it is.
        var files: [String: String]

        var description: String { "\(code) \(files.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })" }
    }

    static let first = bytes(300_000, 7)
    static let second = bytes(70_000, 11)

    private static func bytes(_ count: Int, _ step: Int) -> Data {
        Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* step &+ $0 >> 8) })
    }

    let box: Sandbox
    let base: String
    /// The folder of the server's files.
    let root: String

    /// Runs `body` beside a server that has `a.bin`, `b.bin`, names in headers below `/cd/`, redirects below `/redir/`,
    /// refusals below `/status/`, and a list.
    static func with(_ body: (ToolPeer) async throws -> Void) async throws {
        try await Gate.shared.pass {
            try await Sandbox.with { box in
                let refusals = [401, 403, 404, 410, 416, 429, 500, 503].map { "location = /status/\($0) { return \($0); }" }
                let server = try Nginx(
                    in: box,
                    server: """
                        \(refusals.joined(separator: "\n"))
                        location /redir/ { return 302 /final/other.bin; }
                        location /cd/ { add_header Content-Disposition 'attachment; filename="named one.bin"'; try_files /a.bin =404; }
                        location /star/ {
                            add_header Content-Disposition "attachment; filename*=UTF-8''n%C3%A4me.bin"; try_files /a.bin =404;
                        }
                        location /both/ {
                            add_header Content-Disposition "attachment; filename*=UTF-8''n.bin; filename=\\"p%20q.bin\\""; try_files /a.bin =404;
                        }
                        location /path/ { add_header Content-Disposition 'attachment; filename="sub/evil.bin"'; try_files /a.bin =404; }
                        location /final/ { try_files /a.bin =404; }
                        location /undated/ { add_header Last-Modified ""; try_files /a.bin =404; }
                        location /odd/ { try_files /a.bin =404; }
                        location = / { try_files /a.bin =404; }
                        location /page/ { default_type text/html; try_files /page.html =404; }
                        """)
                try server.put(first, as: "a.bin")
                try server.put(second, as: "b.bin")
                try server.put(Data(), as: "empty.bin")
                try server.put(Data("<!doctype html><html>a page".utf8), as: "page.html")
                let base = "http://127.0.0.1:\(server.port)"
                try server.put(Data("\(base)/a.bin\n\(base)/b.bin\n".utf8), as: "list.txt")
                try await server.serving { try await body(ToolPeer(box: box, base: base, root: server.root)) }
            }
        }
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": box.home, "TMPDIR": box.temporary, "FETCHCTL_RETRY_DELAY_MIN": "0.05",
            "FETCHCTL_RETRY_DELAY_MAX": "0.1", "FETCHCTL_MAX_RETRIES": "1", "FETCHCTL_ENGINE": "builtin", "no_proxy": "127.0.0.1",
        ]
    }

    /// The words of a line; `{B}` is the server, `␣` a space in a word, `\n` a line's end.
    func words(_ line: String) -> [String] {
        line.split(separator: " ").map { word in
            word.replacingOccurrences(of: "{B}", with: base).replacingOccurrences(of: "␣", with: " ").replacingOccurrences(
                of: "{P}", with: base.split(separator: ":").last.map(String.init) ?? "")
        }
    }

    /// What the real tool makes of a line; nil when it is not installed.
    func real(_ line: String, _ seeds: [String: Seed] = [:]) async throws -> (Result, Outcome)? {
        let words = words(line)
        guard let path = ["/usr/bin", "/usr/local/bin", "/bin"].map({ "\($0)/\(words[0])" }).first(where: { isProgram($0) }) else {
            return nil
        }
        return try await run("real", seeds) { folder in
            try await RunningProcess(path, Array(words.dropFirst()), environment: environment, cwd: folder).end()
        }
    }

    /// What `fetchctl` makes of it.
    func ours(
        _ line: String, _ seeds: [String: Seed] = [:], environment extra: [String: String] = [:]
    ) async throws -> (Result, Outcome) {
        try await run("ours", seeds) { folder in
            try await Fetchctl.run(words(line), environment: environment.merging(extra) { $1 }, cwd: folder)
        }
    }

    private func isProgram(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

    private func run(_ name: String, _ seeds: [String: Seed], _ body: (String) async throws -> Outcome) async throws -> (Result, Outcome) {
        let folder = box.path(name)
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (path, seed) in seeds { try plant(seed, "\(folder)/\(path)", "\(name)/\(path)") }
        let outcome = try await body(folder)
        return (Result(code: outcome.code, files: contents(folder)), outcome)
    }

    private func plant(_ seed: Seed, _ path: String, _ name: String) throws {
        switch seed {
        case .empty: try box.write(Data(), to: name)
        case .beginning: try box.write(Self.first.prefix(100_000), to: name)
        case .other: try box.write(Data(count: Self.first.count), to: name)
        case .longer: try box.write(Data(count: Self.first.count + 10_000), to: name)
        case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        case .link:
            try box.write(Data(), to: (name as NSString).deletingLastPathComponent + "/elsewhere")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "elsewhere")
        case .text(let text): try box.write(Data(text.replacingOccurrences(of: "{B}", with: base).utf8), to: name)
        }
    }

    private func contents(_ folder: String) -> [String: String] {
        var files: [String: String] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            let path = "\(folder)/\(name)"
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                files[name] = "-> \(target)"
                continue
            }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if isFolder.boolValue {
                files[name] = "folder"
                continue
            }
            let data = FileManager.default.contents(atPath: path) ?? Data()
            files[name] =
                data == Self.first
                ? "first" : data == Self.second ? "second" : data.isEmpty ? "empty" : "\(data.count) bytes of \(data.hashValue)"
        }
        return files
    }
}

/// A line, and what is in its folder.
struct ToolLine: Sendable, CustomTestStringConvertible {
    let line: String
    let seeds: [String: ToolPeer.Seed]
    /// Where ours answers with another code on purpose.
    let code: Int32?
    /// Whether it is for the real tool to do. All others have to be done without one.
    let isHandedOver: Bool

    init(_ line: String, _ seeds: [String: ToolPeer.Seed] = [:], code: Int32? = nil, isHandedOver: Bool = false) {
        self.line = line
        self.seeds = seeds
        self.code = code
        self.isHandedOver = isHandedOver
    }

    var testDescription: String { line + (seeds.isEmpty ? "" : " \(seeds)") }

    /// Ours leaves and answers what the real one does.
    func expectSame(_ location: SourceLocation = #_sourceLocation) async throws {
        try await ToolPeer.with { peer in
            guard let (real, said) = try await peer.real(line, seeds) else { return }
            var wanted = real
            if let code { wanted.code = code }
            let (ours, outcome) = try await peer.ours(line, seeds, environment: isHandedOver ? [:] : ["PATH": "/nowhere"])
            #expect(ours == wanted, "\(line)\nreal: \(said.story)\nours: \(outcome.story)", sourceLocation: location)
        }
    }
}
