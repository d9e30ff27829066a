#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An aria2c that can be run.
package struct Aria2Executable: Sendable, Equatable {
    /// Absolute.
    package let path: String
    /// Such as `1.36.0`; a fork's first line of `--version` as it is.
    package let version: String

    /// aria2's own 1.36 or 1.37.
    package var isStock: Bool { version.wholeMatch(of: /1\.3[67]\.\d+/) != nil }

    /// Whether it keeps control files as ``ControlFile`` reads and writes them; forks keep their state elsewhere.
    package var hasControlFiles: Bool { isStock }

    package init(path: String, version: String) {
        self.path = path
        self.version = version
    }

    /// Why there is none.
    package enum Absence: Error, Sendable, Equatable, CustomStringConvertible {
        /// `FETCHCTL_ARIA2C` is set and empty.
        case switchedOff
        case notOnPath
        /// What `FETCHCTL_ARIA2C` names is no program.
        case notExecutable(String)
        /// It names this very program, as a drop-in link does.
        case ourselves(String)
        /// It does not tell its version within five seconds, or tells something else.
        case doesNotWork(String, why: String)

        package var description: String {
            switch self {
            case .switchedOff: "FETCHCTL_ARIA2C is set and empty"
            case .notOnPath: "there is no aria2c on PATH"
            case .notExecutable(let path): "FETCHCTL_ARIA2C names \(path), which is not a program"
            case .ourselves(let path): "FETCHCTL_ARIA2C names \(path), which is fetchctl itself"
            case .doesNotWork(let path, let why): "\(path) does not work: \(why)"
            }
        }
    }

    /// Finds aria2c and asks it for its version.
    ///
    /// `FETCHCTL_ARIA2C` (a path) comes before `PATH`; set and empty it means that there is none. A link to this very
    /// program is never taken, so that the drop-in `aria2c` cannot end up calling itself; what does not tell its version
    /// (a link to a copy of this program, for one) is passed over for the next on `PATH`.
    /// - Parameter timeout: how long it may take to tell its version.
    package static func find(
        environment: [String: String], timeout: Duration = .seconds(5)
    ) async throws(Absence) -> Aria2Executable {
        var firstFault: Absence?
        for path in try candidates(environment: environment) {
            do throws(Absence) {
                return Aria2Executable(path: path, version: try await askVersion(path, environment: environment, timeout: timeout))
            } catch {
                firstFault = firstFault ?? error
                if Task.isCancelled { break }
            }
        }
        throw firstFault ?? .notOnPath
    }

    /// What makes a drop-in `aria2c` of fetchctl's, whichever copy, refuse to stand in or to look for another.
    static let refusingDropIns = ["FETCHCTL_HANDED_OVER": "*"]

    /// The files to ask, in this order.
    private static func candidates(environment: [String: String]) throws(Absence) -> [String] {
        if let named = environment["FETCHCTL_ARIA2C"] {
            guard !named.isEmpty else { throw .switchedOff }
            let path = absolute(named)
            guard isProgram(path) else { throw .notExecutable(named) }
            guard !isOurselves(path) else { throw .ourselves(named) }
            return [path]
        }
        return (environment["PATH"] ?? "").split(separator: ":").map { absolute("\($0)/aria2c") }
            .filter { isProgram($0) && !isOurselves($0) }
    }

    /// What the first line of `aria2c --version` says.
    /// - Returns: nil when it is not that of an aria2.
    static func version(in output: String) -> String? {
        guard let first = output.split(separator: "\n").first, first.lowercased().hasPrefix("aria2") else { return nil }
        let prefix = "aria2 version "
        return String(first.hasPrefix(prefix) ? first.dropFirst(prefix.count) : first)
    }

    private static func askVersion(
        _ path: String, environment: [String: String], timeout: Duration
    ) async throws(Absence) -> String {
        let output = await ProgramOutput.of(
            path, ["--version"], variables: refusingDropIns, searchPath: environment["PATH"], timeout: timeout)
        switch output {
        case .text(let text):
            guard let version = version(in: text) else { throw .doesNotWork(path, why: "it does not say which aria2 it is") }
            return OutputTail.cleaned(version)
        case .failed(let status): throw .doesNotWork(path, why: "asked for its version, it ended with \(status)")
        case .noAnswer: throw .doesNotWork(path, why: "it hangs: asked for its version, it did not answer in time")
        case .fault(let words): throw .doesNotWork(path, why: OutputTail.cleaned(words))
        }
    }

    static func isProgram(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    /// The same file as the one that runs here, through whatever links.
    private static func isOurselves(_ path: String) -> Bool {
        var theirs = stat()
        var ours = stat()
        return stat(path, &theirs) == 0 && stat("/proc/self/exe", &ours) == 0
            && theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = ProcFS.link("/proc/self/cwd") else { return path }
        return "\(here)/\(path)"
    }
}
