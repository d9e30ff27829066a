import Foundation
import Testing

/// An nginx on loopback, with a folder of files and what else its configuration says.
struct Nginx: Sendable {
    /// Where it listens.
    let port: UInt16
    /// The folder that it serves.
    let root: String
    private let folder: String
    private let environment: [String: String]

    static let program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// - Parameters:
    ///   - http: lines of the `http` block.
    ///   - server: lines of the `server` block, in which `listen` and `root` stand already.
    ///   - listen: what follows the port in `listen`.
    init(in box: Sandbox, http: String = "", server: String = "", listen: String = "") throws {
        port = LoopbackServer.freePort()
        folder = "\(box.root)/nginx"
        root = folder + "/files"
        environment = ["HOME": folder, "PATH": "/usr/bin:/bin"]
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }.joined(
            separator: "\n")
        let configuration = """
            \(geteuid() == 0 ? "user root;" : "")
            daemon off;
            master_process off;
            pid \(folder)/nginx.pid;
            error_log \(folder)/error.log;
            events { worker_connections 256; }
            http {
                access_log off;
                \(temporary)
                \(http)
                server {
                    listen 127.0.0.1:\(port) \(listen);
                    root \(root);
                    \(server)
                }
            }
            """
        try configuration.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
    }

    /// Writes a file for it to serve.
    func put(_ data: Data, as name: String) throws { try data.write(to: URL(fileURLWithPath: "\(root)/\(name)"), options: .atomic) }

    /// Starts it, and returns when it takes connections.
    func start(_ location: SourceLocation = #_sourceLocation) async throws -> RunningProcess {
        guard let program = Self.program else { throw CancellationError() }
        let running = try await RunningProcess(
            program, ["-c", folder + "/nginx.conf", "-p", folder], environment: environment, cwd: folder)
        let isUp = await eventually {
            guard let descriptor = LoopbackServer.connect(to: port) else { return running.hasEnded }
            close(descriptor)
            return true
        }
        try #require(isUp && !running.hasEnded, "nginx does not start: \(running.stderr)", sourceLocation: location)
        return running
    }

    /// Runs `body` while it serves.
    func serving<Result>(_ body: () async throws -> Result) async throws -> Result {
        let running = try await start()
        do {
            let result = try await body()
            await Self.end(running)
            return result
        } catch {
            await Self.end(running)
            throw error
        }
    }

    /// Ends it at once, with all its connections.
    static func end(_ running: RunningProcess) async {
        running.send(SIGKILL)
        _ = await running.end()
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where no nginx is installed.
    static var requiresNginx: Self { .enabled("nginx is not installed") { Nginx.program != nil } }
}
