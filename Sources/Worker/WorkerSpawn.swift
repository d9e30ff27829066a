import FetchTypes
import Queue
import Storage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Starts a worker that outlives its parent: in a session of its own, with nothing of the terminal, and without tokens.
enum WorkerSpawn {
    /// The line that a worker writes to standard output once commands can reach it, or once it knows that another one runs.
    static let ready = "ready\n"

    /// Starts one and waits until it can be reached.
    /// - Throws: ``Failure`` when it does not start.
    static func start(_ folder: QueueFolder, environment: [String: String]) throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw failure("a pipe cannot be made") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let log = open(folder.workerLog, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        defer { if log >= 0 { close(log) } }
        // The link leads to this program even after its file has been replaced.
        var child = ChildProcess(
            program: "/proc/self/exe", arguments: ["fetchctl", "daemon", "--background"], environment: kept(environment))
        child.folder = "/"
        child.output = ends[1]
        child.error = log >= 0 ? log : nil
        do throws(IOFault) {
            _ = try child.start()
            close(ends[1])
        } catch {
            close(ends[1])
            throw failure("\(error.failure.message)")
        }
        guard waitForLine(ends[0]) else { throw failure("it ended at once, or did not answer; \(folder.workerLog) may say more") }
    }

    /// What a worker's environment may hold: where things are, how fast, and nothing secret.
    static func kept(_ environment: [String: String]) -> [String: String] {
        let names: Set<String> = [
            "HOME", "PATH", "TMPDIR", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "XDG_STATE_HOME", "LD_PRELOAD", "LD_LIBRARY_PATH",
            "FETCHCTL_STATE_DIR", "FETCHCTL_JOBS",
        ]
        // faketime's, which tests of schedules need.
        let prefixes = ["FAKETIME"]
        return JobEnvironment.kept(environment).merging(
            environment.filter { name, _ in names.contains(name) || prefixes.contains { name.hasPrefix($0) } }, uniquingKeysWith: { $1 })
    }

    /// - Returns: whether a line comes before the end, within ten seconds.
    private static func waitForLine(_ descriptor: Int32) -> Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var byte: UInt8 = 0
        while true {
            let count = poll(&wait, 1, 10_000)
            if count < 0, errno == EINTR { continue }
            guard count > 0, read(descriptor, &byte, 1) == 1 else { return false }
            if byte == UInt8(ascii: "\n") { return true }
        }
    }

    private static func failure(_ why: String) -> Failure {
        Failure(
            .io, "the worker could not be started.", why: "\(why).",
            hint: "the jobs stay in the queue; start it by hand with: fetchctl daemon")
    }
}
