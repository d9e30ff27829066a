import DropIns

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The tool that a line was written for, as it is found elsewhere on PATH: never this program, through whatever links.
struct RealTool {
    private let tool: DropInTool
    private let path: String?
    private let isOurTurnAgain: Bool

    /// Says in the environment of what we become that it is not to call us for the same again: a script under the tool's
    /// name may do nothing else.
    private static let mark = "FETCHCTL_HANDED_OVER"

    init(_ tool: DropInTool, _ environment: [String: String]) {
        self.tool = tool
        isOurTurnAgain = environment[Self.mark] == tool.rawValue
        path = isOurTurnAgain ? nil : Self.find(tool.rawValue, environment["PATH"] ?? "")
    }

    var isThere: Bool { path != nil }

    private static func find(_ name: String, _ searched: String) -> String? {
        for folder in searched.split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            var info = stat()
            if stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0, !isOurselves(info) { return path }
        }
        return nil
    }

    private static func isOurselves(_ theirs: stat) -> Bool {
        var ours = stat()
        return stat("/proc/self/exe", &ours) == 0 && theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino
    }

    /// Becomes it, with the line as it was typed. Comes back only when there is none.
    func become(_ arguments: [String]) {
        guard let path else { return }
        setenv(Self.mark, tool.rawValue, 1)
        // What this program has set for itself is not for others.
        signal(SIGPIPE, SIG_DFL)
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        var words: [UnsafeMutablePointer<CChar>?] = ([tool.rawValue] + arguments).map { strdup($0) } + [nil]
        execv(path, &words)
        for word in words { free(word) }
    }
}
