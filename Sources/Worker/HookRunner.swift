import Dispatch
import FetchTypes
import Queue
import Storage
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs the command of a job that has ended: without a shell, in a clean environment, for five minutes at most.
struct HookRunner: Sendable {
    /// Seconds.
    var limit = 300.0
    /// Whether cancelling the task ends the command; otherwise the command continues, and only the waiting ends.
    var endsWithTask = true

    /// What a hook may know. Nothing of it is secret.
    static func environment(of job: JobRecord) -> [String: String] {
        var environment = job.line.environment.filter { ["PATH", "HOME", "LANG", "TMPDIR"].contains($0.key) }
        environment["FETCHCTL_JOB"] = "\(job.number)"
        environment["FETCHCTL_STATE"] = job.state.rawValue
        environment["FETCHCTL_CODE"] = "\(job.code ?? 0)"
        environment["FETCHCTL_REFS"] = job.references.joined(separator: "\n")
        environment["FETCHCTL_PATHS"] = job.paths.joined(separator: "\n")
        environment["FETCHCTL_BYTES"] = "\(job.progress.received.bytes)"
        return environment
    }

    /// Runs the command and appends its output to the log. Cancelling the task ends the command, or the waiting for it.
    /// - Returns: what became of it, in one sentence; nil when it ended with 0.
    func run(_ words: [String], for job: JobRecord, log: String) async -> String? {
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        defer { if output >= 0 { close(output) } }
        let folder = job.line.folder
        let environment = Self.environment(of: job)
        guard let program = Self.find(words[0], environment["PATH"], folder) else { return "the command \(words[0]) is not found." }
        var child = ChildProcess(program: program, arguments: words, environment: environment)
        child.folder = Disk.followedStatus(folder)?.kind == .directory ? folder : nil
        child.mask = UInt32(job.line.umask)
        if output >= 0 { (child.output, child.error) = (output, output) }
        let pid: Int32
        do throws(IOFault) { pid = try child.start() } catch { return "the command \(words[0]) cannot be run: \(error.failure.message)" }
        let wasLate = Late()
        // The whole session: a hook may have started others.
        let deadline = DispatchWorkItem {
            wasLate.value.store(true, ordering: .relaxed)
            kill(-pid, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: deadline)
        let end = HookEnd()
        let status = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                end.wait(continuation)
                DispatchQueue(label: "hook").async {
                    var status: Int32 = 0
                    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                    end.tell(status)
                }
            }
        } onCancel: {
            if endsWithTask { kill(-pid, SIGKILL) } else { end.tell(nil) }
        }
        guard let status else { return nil }
        deadline.cancel()
        if wasLate.value.load(ordering: .relaxed) { return "the command \(words[0]) was ended after \(Int(limit)) s." }
        let (signal, code) = (status & 0x7f, status >> 8 & 0xff)
        if signal != 0 { return "the command \(words[0]) was ended by signal \(signal)." }
        return code == 0 ? nil : "the command \(words[0]) ended with code \(code)."
    }

    private final class Late: Sendable { let value = Atomic(false) }

    /// The program of that name on PATH; a name with a slash is a path from the job's folder.
    private static func find(_ name: String, _ path: String?, _ folder: String) -> String? {
        if name.utf8.contains(UInt8(ascii: "/")) { return Path.join(folder, name) }
        return (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map { Path.join(String($0), name) }.first {
            access($0, X_OK) == 0 && Disk.followedStatus($0)?.kind == .file
        }
    }
}
